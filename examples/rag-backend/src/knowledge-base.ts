import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Embedder, HashingEmbedder } from './embedder.js';
import { timeSlices } from './event-loop.js';
import {
  type EntityEntry,
  entitiesOf,
  type Graph,
  graphOf,
  type KnownVideo,
} from './knowledge-graph.js';
import { MediaError, quoted } from './media-error.js';
import { type IngestedVideo, readResult, RESULT_EXTENSION, resultFileName } from './result-file.js';
import { type SegmentHit, SegmentIndex } from './segment-index.js';

/** One place in one video that answers a query. */
export interface SearchHit {
  readonly video_id: string;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly language: string;
  readonly speakers: readonly string[];
  /** 0…1, higher is better; comparable within one search only. */
  readonly score: number;
  /** The place as a media fragment, to put behind the address of the videos: `film#t=30,60`. */
  readonly fragment: string;
}

/**
 * What was ingested, in memory: searchable, as a list of entities and as a graph.
 *
 * Results are read from a folder at start and whenever `reload` says that they changed. Questions wait for
 * the loading that was asked for before them, so whoever ingests and then searches finds what they ingested.
 */
export class KnowledgeBase {
  readonly #folder: string;
  readonly #embedder: Embedder;
  readonly #onError: (error: unknown) => void;
  readonly #segments: SegmentIndex;
  readonly #videos = new Map<string, KnownVideo>();
  #loading: Promise<void>;

  /** `onError` is told of results that cannot be read; all others are used. */
  constructor(
    resultsDir: string,
    onError: (error: unknown) => void = console.error,
    embedder: Embedder = new HashingEmbedder(),
  ) {
    this.#folder = resultsDir;
    this.#onError = onError;
    this.#embedder = embedder;
    this.#segments = new SegmentIndex(embedder.dimensions);
    this.#loading = this.#loadAll();
  }

  /** Reads the results of these videos again, in the background. A video without a result is forgotten. */
  reload(videoIds: readonly string[]): void {
    this.#loading = this.#loading.then(async () => {
      for (const id of videoIds) await this.#load(resultFileName(id), id.normalize('NFC'));
    });
  }

  /** The `k` places that answer a query best, best first, by words and by vector. */
  async search(query: string, k: number): Promise<SearchHit[]> {
    await this.#loading;
    const [embedding = []] = await this.#embedder.embed([query]);
    return (await this.#segments.search(query, embedding, k)).map(asSearchHit);
  }

  /** Who and what is named, most named first, and where. */
  async entities(): Promise<EntityEntry[]> {
    await this.#loading;
    return entitiesOf([...this.#videos.values()]);
  }

  /** Videos and the entities they name, as nodes and edges. */
  async graph(): Promise<Graph> {
    const entities = await this.entities();
    return graphOf([...this.#videos.values()], entities);
  }

  async #loadAll(): Promise<void> {
    // Before the first ingest there is no folder.
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      if (name.endsWith(RESULT_EXTENSION) && !name.startsWith('.')) await this.#load(name);
    }
  }

  /** Never rejects: a result that cannot be read must not take the others along. */
  async #load(file: string, id?: string): Promise<void> {
    const nextSlice = timeSlices();
    try {
      const video = await readResult(join(this.#folder, file), nextSlice);
      if (video !== undefined) {
        await this.#take(video, nextSlice);
      } else if (id !== undefined) {
        this.#videos.delete(id);
        await this.#segments.remove(id, nextSlice);
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  async #take(video: IngestedVideo, nextSlice: () => Promise<void>): Promise<void> {
    const { name, dimensions } = this.#embedder;
    if (video.embedder.name !== name || video.embedder.dimensions !== dimensions) {
      throw new MediaError(
        `Cannot use the result of ${quoted(video.videoId)}: it was embedded by ${video.embedder.name}, and this is ${name}. Ingest the video again.`,
      );
    }
    await this.#segments.replace(video.videoId, video.segments, nextSlice);
    const { segments, ...record } = video;
    this.#videos.set(video.videoId, {
      ...record,
      segmentStarts: segments.map(({ start }) => start),
    });
  }
}

function asSearchHit({ videoId, segment, score }: SegmentHit): SearchHit {
  const { start, end, text, language, speakers } = segment;
  return {
    video_id: videoId,
    start,
    end,
    text,
    language,
    speakers,
    score: Math.round(score * 1e4) / 1e4,
    fragment: `${encodeURIComponent(videoId)}#t=${start},${end}`,
  };
}

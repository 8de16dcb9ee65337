import type { EmbeddedSegment } from './result-file.js';
import { SearchIndex } from './search-index.js';
import type { Segment } from './segments.js';

export interface SegmentHit {
  readonly videoId: string;
  readonly segment: Segment;
  /** 0…1, higher is better; comparable within one search only. */
  readonly score: number;
}

/**
 * The segments of many videos, searchable. A video appears, changes and disappears as a whole, although
 * its segments are indexed one after the other with turns of the event loop between them.
 */
export class SegmentIndex {
  readonly #index: SearchIndex;
  readonly #documentsOfVideo = new Map<string, readonly string[]>();
  /** The documents that a search may show; the index also has those that come and go just now. */
  readonly #visible = new Map<string, { readonly videoId: string; readonly segment: Segment }>();
  #indexed = 0;
  #lastDocument = 0;

  constructor(dimensions: number) {
    this.#index = new SearchIndex(dimensions);
  }

  /** Puts these segments in the place of all that the video had. */
  async replace(
    videoId: string,
    segments: readonly EmbeddedSegment[],
    nextSlice: () => Promise<void>,
  ): Promise<void> {
    const documents = new Map<string, Segment>();
    try {
      for (const segment of segments) {
        const document = String(++this.#lastDocument);
        await this.#index.add({ id: document, text: segment.text, embedding: segment.embedding });
        this.#indexed++;
        documents.set(document, segmentOnly(segment));
        await nextSlice();
      }
    } catch (error) {
      await this.#drop([...documents.keys()], nextSlice);
      throw error;
    }
    const before = this.#hide(videoId);
    this.#documentsOfVideo.set(videoId, [...documents.keys()]);
    for (const [document, segment] of documents) this.#visible.set(document, { videoId, segment });
    await this.#drop(before, nextSlice);
  }

  async remove(videoId: string, nextSlice: () => Promise<void>): Promise<void> {
    await this.#drop(this.#hide(videoId), nextSlice);
  }

  /** At most `limit` hits, best first. */
  async search(query: string, embedding: readonly number[], limit: number): Promise<SegmentHit[]> {
    const hidden = this.#indexed - this.#visible.size;
    const hits = await this.#index.search(query, embedding, limit + hidden);
    return hits
      .flatMap(({ id, score }) => {
        const found = this.#visible.get(id);
        return found === undefined ? [] : [{ ...found, score }];
      })
      .slice(0, limit);
  }

  #hide(videoId: string): readonly string[] {
    const documents = this.#documentsOfVideo.get(videoId) ?? [];
    this.#documentsOfVideo.delete(videoId);
    for (const document of documents) this.#visible.delete(document);
    return documents;
  }

  async #drop(documents: readonly string[], nextSlice: () => Promise<void>): Promise<void> {
    for (const document of documents) {
      await this.#index.remove(document);
      this.#indexed--;
      await nextSlice();
    }
  }
}

/** Without its vector: the index keeps that. */
function segmentOnly({ embedding: _, ...segment }: EmbeddedSegment): Segment {
  return segment;
}

import { setTimeout } from 'node:timers/promises';
import { type CaptionTrack, readCaptions } from './captions.js';
import { type Container, readContainer } from './container.js';
import { type Embedder, HashingEmbedder } from './embedder.js';
import { EntityFinder, type FoundEntities } from './entities.js';
import { timeSlices } from './event-loop.js';
import { MediaFolder } from './media-folder.js';
import { quoted } from './media-error.js';
import { type EmbeddedSegment, type IngestedVideo, writeResult } from './result-file.js';
import { cutSegments, endOf, type Segment } from './segments.js';

/** How far an ingest is. `current` of `total` `unit`, where there is something to count. */
export interface IngestProgress {
  readonly message: string;
  readonly current?: number;
  readonly total?: number;
  readonly unit?: string;
}

export interface IngestOptions {
  /** Where captions and containers lie. */
  readonly mediaDir: string;
  /** Where the result is written; made when it is not there. */
  readonly resultsDir: string;
  /** Length of a temporal segment, in seconds. Default 30: a thought or two. `Infinity` does not cut. */
  readonly segmentSeconds?: number;
  /** Milliseconds of rest after each segment, so that a demonstration can be watched. Default 0. */
  readonly paceMs?: number;
  /** Default: a `HashingEmbedder`. */
  readonly embedder?: Embedder;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Ends the work between two steps; nothing is written then. */
  readonly signal?: AbortSignal;
}

/** Segments that are embedded together: a model is asked rarely, and progress is still seen. */
const BATCH_SIZE = 8;
/** Captions may fade out after the picture; more than this and they belong to another film. */
const TOLERATED_OVERRUN_SECONDS = 5;

/**
 * Ingests one video: reads its captions and containers, cuts segments, finds entities, embeds, and writes
 * the result. It gives way to the event loop every few milliseconds, so a server may run it in-process.
 *
 * @throws MediaError naming the id or the file and what to do; the reason of `signal` when that fires.
 */
export async function ingestVideo(id: string, options: IngestOptions): Promise<IngestedVideo> {
  const { embedder = new HashingEmbedder(), segmentSeconds = 30, onProgress, signal } = options;
  const nextSlice = timeSlices(signal);
  onProgress?.({ message: `Reading the captions of ${id}` });
  const files = await new MediaFolder(options.mediaDir).find(id);
  const tracks: CaptionTrack[] = [];
  for (const path of files.captions) tracks.push(await readCaptions(path, signal));
  const containers: Container[] = [];
  for (const path of files.containers) containers.push(await readContainer(path));
  await nextSlice();

  const durationSeconds = durationOf(containers, tracks);
  const cut = cutSegments(tracks, { segmentSeconds, durationSeconds });
  const { segments, found } = await study(id, cut, embedder, options, nextSlice);
  const warnings = tracks.flatMap((track) => track.warnings);
  const video: IngestedVideo = {
    format: 1,
    videoId: files.id,
    ingestedAt: new Date().toISOString(),
    durationSeconds,
    containers,
    tracks: tracks.map(({ cues, warnings: _, ...track }) => ({ ...track, cues: cues.length })),
    entities: found.entities,
    relations: found.relations,
    embedder: { name: embedder.name, dimensions: embedder.dimensions },
    segmentCount: segments.length,
    notes: [...warnings, ...overrunNotes(containers, tracks), ...found.notes],
    segments,
  };
  await writeResult(options.resultsDir, video, nextSlice);
  onProgress?.(counted(`Ingested ${id}`, cut.length, cut.length));
  return video;
}

/** Finds the entities of all segments and embeds them, counting as it goes. */
async function study(
  id: string,
  cut: readonly Segment[],
  embedder: Embedder,
  { paceMs = 0, onProgress, signal }: IngestOptions,
  nextSlice: () => Promise<void>,
): Promise<{ readonly segments: readonly EmbeddedSegment[]; readonly found: FoundEntities }> {
  const finder = new EntityFinder();
  const segments: EmbeddedSegment[] = [];
  for (let from = 0; from < cut.length; from += BATCH_SIZE) {
    const batch = cut.slice(from, from + BATCH_SIZE);
    for (const segment of batch) {
      onProgress?.(counted(`Processing video segments of ${id}`, segment.index, cut.length));
      await finder.read(segment, nextSlice);
      await rest(paceMs, signal);
    }
    await nextSlice();
    const embeddings = await embedder.embed(batch.map(({ text }) => text));
    segments.push(...batch.map((segment, at) => ({ ...segment, embedding: embeddings[at] ?? [] })));
    await nextSlice();
  }
  return { segments, found: await finder.found(nextSlice) };
}

function counted(message: string, current: number, total: number): IngestProgress {
  return { message, current, total, unit: 'segments' };
}

function durationOf(containers: readonly Container[], tracks: readonly CaptionTrack[]): number {
  const films = containers.map((container) => container.durationSeconds);
  return films.length > 0 ? Math.max(...films) : Math.max(...tracks.map(({ cues }) => endOf(cues)));
}

function overrunNotes(containers: readonly Container[], tracks: readonly CaptionTrack[]): string[] {
  if (containers.length === 0) return [];
  const duration = durationOf(containers, tracks);
  return tracks
    .filter(({ cues }) => endOf(cues) > duration + TOLERATED_OVERRUN_SECONDS)
    .map(({ file, cues }) => {
      const [captions, film] = [Math.round(endOf(cues)), Math.round(duration)];
      return `${quoted(file)} runs until ${captions} s, the film only until ${film} s: are they of the same cut?`;
    });
}

async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms > 0) await setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  signal?.throwIfAborted();
}

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaptionFormat } from './caption-parser.js';
import type { Container } from './container.js';
import type { Entity, Relation } from './entities.js';
import { MediaError, quoted } from './media-error.js';
import type { Segment } from './segments.js';

const FORMAT = 1;
export const RESULT_EXTENSION = '.jsonl';

/** What is known of an ingested video as a whole: the first line of its result file. */
export interface VideoRecord {
  readonly format: typeof FORMAT;
  readonly videoId: string;
  /** ISO 8601, UTC. */
  readonly ingestedAt: string;
  readonly durationSeconds: number;
  readonly containers: readonly Container[];
  readonly tracks: readonly {
    readonly file: string;
    readonly format: CaptionFormat;
    readonly language: string;
    readonly cues: number;
    readonly skipped: number;
  }[];
  readonly entities: readonly Entity[];
  readonly relations: readonly Relation[];
  /** Which embedder made the vectors, and how many numbers each has. */
  readonly embedder: { readonly name: string; readonly dimensions: number };
  readonly segmentCount: number;
  /** What the owner of the files should know, each a sentence. */
  readonly notes: readonly string[];
}

/** A segment and its vector: every further line of the file. */
export interface EmbeddedSegment extends Segment {
  readonly embedding: readonly number[];
}

export interface IngestedVideo extends VideoRecord {
  readonly segments: readonly EmbeddedSegment[];
}

/** The name of a video's result file: safe on every file system, readable, and different for every id. */
export function resultFileName(videoId: string): string {
  const id = videoId.normalize('NFC');
  const readable = id.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40);
  const exact = createHash('sha256').update(id).digest('hex').slice(0, 16);
  return `${readable}-${exact}${RESULT_EXTENSION}`;
}

/**
 * Writes a result so that a reader sees the old file or the whole new one, also after a crash. Nothing
 * is left behind when it fails or is aborted.
 */
export async function writeResult(
  folder: string,
  { segments, ...record }: IngestedVideo,
  nextSlice: () => Promise<void>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = resultFileName(record.videoId);
  const temporary = join(folder, `.${name}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.appendFile(`${JSON.stringify(record)}\n`);
      for (const segment of segments) {
        await handle.appendFile(`${JSON.stringify(segment)}\n`);
        await nextSlice();
      }
      // Before the rename, or a power cut could leave the new name on an empty file.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Reads a result back. Undefined when there is no such file.
 *
 * @throws MediaError when it is no result file of this version.
 */
export async function readResult(
  path: string,
  nextSlice: () => Promise<void>,
): Promise<IngestedVideo | undefined> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const lines: unknown[] = [];
    for await (const line of handle.readLines({ autoClose: false })) {
      lines.push(JSON.parse(line));
      await nextSlice();
    }
    const [record, ...segments] = lines as [VideoRecord | undefined, ...EmbeddedSegment[]];
    if (record?.format !== FORMAT) throw new Error(`its format is not ${FORMAT}`);
    if (segments.length !== record.segmentCount) throw new Error('it ends too early');
    return { ...record, segments };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MediaError(
      `Cannot use the result ${quoted(path)}: ${reason}. Ingest the video again.`,
      { cause: error },
    );
  } finally {
    await handle.close();
  }
}

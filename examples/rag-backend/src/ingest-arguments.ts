import { SHIPPED_MEDIA_DIR } from './media-folder.js';

export const USAGE = `Usage: node ingest-worker.js --videos <id or YouTube address> [<another> ...]

Everything after --videos is an id, whatever it looks like.

  RESULTS_DIR      where results are written (needed)
  MEDIA_DIR        where captions and videos lie (default: the shipped folder)
  SEGMENT_SECONDS  length of a temporal segment, in seconds (default 30)
  INGEST_PACE_MS   rest after each segment, in milliseconds (default 0)`;

/** A command line or an environment that the worker cannot use. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface IngestArguments {
  readonly videos: readonly string[];
  readonly mediaDir: string;
  readonly resultsDir: string;
  readonly segmentSeconds: number;
  readonly paceMs: number;
}

/** @throws UsageError naming what is missing or wrong. */
export function readIngestArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): IngestArguments {
  const [option, ...videos] = args;
  if (option !== '--videos')
    throw new UsageError(`Expected --videos first, got ${option ?? 'nothing'}.`);
  if (videos.length === 0) throw new UsageError('Expected at least one video id after --videos.');
  const resultsDir = env['RESULTS_DIR'];
  if (!resultsDir) throw new UsageError('RESULTS_DIR is not set: results have no place to go.');
  return {
    videos,
    mediaDir: env['MEDIA_DIR'] || SHIPPED_MEDIA_DIR,
    resultsDir,
    segmentSeconds: positiveNumber(env, 'SEGMENT_SECONDS', 30, 86_400),
    paceMs: positiveNumber(env, 'INGEST_PACE_MS', 0, 60_000),
  };
}

function positiveNumber(
  env: NodeJS.ProcessEnv,
  name: string,
  byDefault: number,
  max: number,
): number {
  const text = env[name];
  if (text === undefined || text === '') return byDefault;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value <= max && (value > 0 || byDefault === 0)) return value;
  throw new UsageError(
    `Expected ${name} to be a number from ${byDefault === 0 ? 0 : 'above 0'} to ${max}, got "${text}".`,
  );
}

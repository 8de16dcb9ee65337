import {
  type IngestArguments,
  readIngestArguments,
  USAGE,
  UsageError,
} from './ingest-arguments.js';
import { type IngestProgress, ingestVideo } from './ingest-video.js';
import { MediaError, quoted } from './media-error.js';
import { parseVideoId } from './video-id.js';

/** What a shell reports for a program that a signal ended: 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ingests the videos of the command line one after the other; one that fails does not stop the rest. */
async function main({ videos, ...options }: IngestArguments, signal: AbortSignal): Promise<void> {
  const failures: string[] = [];
  for (const [index, text] of videos.entries()) {
    let id = text;
    try {
      id = parseVideoId(text);
      const onProgress = (progress: IngestProgress): void =>
        report(inBatch(progress, index, videos.length));
      const { notes } = await ingestVideo(id, { ...options, onProgress, signal });
      for (const note of notes) console.error(`${id}: ${note}`);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(describe(id, error));
    }
  }
  if (failures.length === 0) return;
  // Last, because whoever shows why a process failed shows its last lines.
  if (videos.length > 1) console.error(`${failures.length} of ${videos.length} videos failed:`);
  for (const failure of failures) console.error(failure);
  process.exitCode = 1;
}

/** Of one video its segments are counted; of several the videos, so that progress never goes back. */
function inBatch(progress: IngestProgress, index: number, total: number): IngestProgress {
  if (total === 1) return progress;
  const { message, current, total: segments } = progress;
  const detail = segments === undefined ? '' : ` (${current ?? 0}/${segments} segments)`;
  const done = current !== undefined && current === segments ? index + 1 : index;
  return {
    message: `Video ${index + 1}/${total}: ${message}${detail}`,
    current: done,
    total,
    unit: 'videos',
  };
}

function report(progress: IngestProgress): void {
  process.stdout.write(`${JSON.stringify({ progress })}\n`);
}

function describe(id: string, error: unknown): string {
  // A fault of ours, not of the files: whoever mends it needs the trace.
  if (!(error instanceof MediaError)) console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  return message.includes(quoted(id)) ? message : `${quoted(id)}: ${message}`;
}

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = EXIT_CODES[signal];
    stopped.abort(new Error(`Stopped by ${signal}: what was being ingested is not written.`));
  });
}
// Whoever started this worker is gone, and nobody reads on.
process.stdout.on('error', () =>
  stopped.abort(new Error('Stopped: nobody reads the progress any more.')),
);

try {
  await main(readIngestArguments(process.argv.slice(2), process.env), stopped.signal);
} catch (error) {
  process.exitCode ??= error instanceof UsageError ? 2 : 1;
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : describeStop(error));
}

function describeStop(error: unknown): unknown {
  return stopped.signal.aborted ? (stopped.signal.reason as Error).message : error;
}

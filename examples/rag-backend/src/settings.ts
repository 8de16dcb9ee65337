import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';

export interface Settings {
  readonly once: boolean;
  readonly port: number;
  readonly host: string;
  readonly mediaDir: string;
  readonly resultsDir: string;
  /** Removes what was made for this run only. */
  readonly tidyUp: () => void;
  readonly workerFile: string;
  readonly paceMs: number;
  /** Whether made-up work of all outcomes goes on beside the real one. */
  readonly demoLoad: boolean;
  /** Where tasks are kept, as `openTaskStore` takes it. */
  readonly taskStore: string;
}

/** A setting that cannot be used; the message says which, and what it may be. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/**
 * Reads the command line and the environment: `--once`, `PORT` (8000), `HOST` (127.0.0.1: a demonstration is nobody
 * else's business), `MEDIA_DIR` (the shipped one), `RESULTS_DIR` (a temporary one), `INGEST_PACE_MS` (300, so that there is
 * something to watch; 0 with `--once`), `DEMO_LOAD` (0; 1 keeps made-up work of all outcomes going), `TASK_STORE` (`memory`, which needs nothing; or `sqlite:./tasks.db`, or
 * `postgres://…`: there tasks outlive the process).
 *
 * @throws SettingError
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const unknown = args.find((arg) => arg !== '--once');
  if (unknown !== undefined)
    throw new SettingError(`Cannot use the argument ${unknown}: there is only --once.`);
  const once = args.includes('--once');
  const port = integer(env, 'PORT', once ? 0 : 8_000, 65_535);
  const paceMs = integer(env, 'INGEST_PACE_MS', once ? 0 : 300, 60_000);
  const given = env['RESULTS_DIR'];
  const resultsDir = given ? resolve(given) : mkdtempSync(join(tmpdir(), 'rag-results-'));
  return {
    once,
    port: once ? 0 : port,
    host: env['HOST'] ?? '127.0.0.1',
    mediaDir: resolve(env['MEDIA_DIR'] ?? SHIPPED_MEDIA_DIR),
    resultsDir,
    tidyUp: () => {
      if (!given) rmSync(resultsDir, { recursive: true, force: true });
    },
    workerFile: fileURLToPath(new URL('ingest-worker.js', import.meta.url)),
    paceMs,
    demoLoad: integer(env, 'DEMO_LOAD', 0, 1) === 1,
    taskStore: env['TASK_STORE'] || 'memory',
  };
}

function integer(env: NodeJS.ProcessEnv, name: string, byDefault: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === '') return byDefault;
  if (/^\d{1,6}$/.test(text) && Number(text) <= max) return Number(text);
  throw new SettingError(`Expected ${name} to be an integer from 0 to ${max}, got "${text}".`);
}

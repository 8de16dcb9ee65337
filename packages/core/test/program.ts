import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const here = path.dirname(fileURLToPath(import.meta.url));

/** Runs a TypeScript program as a process of its own, until it ends by itself; what takes 100 s is killed. */
export function runProgram(source: string, nodeOptions: readonly string[] = []): Promise<Ended> {
  return startProgram(source, nodeOptions).ended;
}

/** A program while it runs. */
export interface RunningProgram {
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has printed `text`; rejects if it ends before. */
  printed(text: string): Promise<void>;
}

/** Starts a program as {@link runProgram} does. */
export function startProgram(source: string, nodeOptions: readonly string[] = []): RunningProgram {
  const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-'));
  const outfile = path.join(folder, 'program.mjs');
  buildSync({
    stdin: { contents: source, loader: 'ts', resolveDir: here, sourcefile: 'program.ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const options = { timeout: 100_000, killSignal: 'SIGKILL' } as const;
  let child!: ChildProcess;
  const ended = new Promise<Ended>((resolve) => {
    child = execFile(process.execPath, [...nodeOptions, outfile], options, (_, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  return {
    ended,
    signal: (signal) => void child.kill(signal),
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        child.stdout?.on('data', look);
        void ended.then((end) => reject(new Error(`It ended before: ${JSON.stringify(end)}`)));
        look();
      }),
  };
}

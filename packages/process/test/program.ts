import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program while it runs. */
export interface RunningProgram {
  readonly pid: number;
  /** What it reads. */
  readonly input: Writable;
  readonly ended: Promise<Ended>;
  /** What it printed that matches; rejects if it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

const here = path.dirname(fileURLToPath(import.meta.url));

/** Starts a TypeScript program that hosts a monitor, as a process of its own; what takes 100 s is killed. */
export function startProgram(source: string): RunningProgram {
  const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-'));
  const outfile = path.join(folder, 'program.mjs');
  buildSync({
    stdin: { contents: source, loader: 'ts', resolveDir: here, sourcefile: 'program.ts' },
    alias: { '@task-monitor/core': path.join(here, '../../core/src/index.ts') },
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
    child = execFile(process.execPath, [outfile], options, (_, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  return {
    pid: child.pid as number,
    input: child.stdin as Writable,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match);
        };
        child.stdout?.on('data', look);
        void ended.then((end) => reject(new Error(`It ended before: ${JSON.stringify(end)}`)));
        look();
      }),
  };
}

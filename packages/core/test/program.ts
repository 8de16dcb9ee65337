import { execFile } from 'node:child_process';
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

/** Runs a TypeScript program as a process of its own, until it ends by itself; after 20 s it is killed. */
export async function runProgram(
  source: string,
  nodeOptions: readonly string[] = [],
): Promise<Ended> {
  const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-'));
  try {
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
    return await new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [...nodeOptions, outfile],
        { timeout: 20_000 },
        (_, stdout, stderr) =>
          resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

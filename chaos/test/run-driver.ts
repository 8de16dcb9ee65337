import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Violation } from '../src/checker/history.js';

export interface Result {
  readonly violations: readonly Violation[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Runs a driver as `npm run chaos -- <args>` does, and answers with what it found. */
export async function runDriver(...args: readonly string[]): Promise<Result> {
  const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]).catch(
    // It ends with 1 when it found something; what that was is in its last line.
    (error: Error & { readonly stdout: string }) => {
      if (!error.stdout.trimEnd().endsWith('}')) throw error;
      return error;
    },
  );
  return JSON.parse(stdout.trimEnd().split('\n').pop() ?? '') as Result;
}

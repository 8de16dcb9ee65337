import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));

/** A TypeScript program, bundled, that can be run as processes of their own. */
export class Program {
  readonly #folder: string;

  constructor(source: string) {
    // Below the package, so that it finds what the package depends on.
    this.#folder = mkdtempSync(path.join(here, '..', 'node_modules', '.program-'));
    buildSync({
      stdin: { contents: source, loader: 'ts', resolveDir: here, sourcefile: 'program.ts' },
      outfile: path.join(this.#folder, 'program.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['pg'],
      loader: { '.sql': 'text' },
      logLevel: 'error',
    });
  }

  /** Runs it until it ends, and answers with what it printed. */
  run(...args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const file = path.join(this.#folder, 'program.mjs');
      execFile(process.execPath, [file, ...args], { timeout: 200_000 }, (error, stdout, stderr) => {
        if (error || stderr !== '')
          reject(new Error(`It ended badly: ${stderr || error?.message}`));
        else resolve(stdout.trim());
      });
    });
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/** Inside the package, where its driver is found. Each worker of jest has its own. */
const OUTPUT = join(here, '../node_modules/.cache/programs', process.env.JEST_WORKER_ID ?? '1');

/** Turns `test/programs/<name>.ts` into a program that Node runs, and answers with its path. */
export function buildProgram(name: string): string {
  const outfile = join(OUTPUT, `${name}.mjs`);
  mkdirSync(OUTPUT, { recursive: true });
  buildSync({
    entryPoints: [join(here, 'programs', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    loader: { '.sql': 'text' },
    external: ['better-sqlite3'],
    logLevel: 'error',
  });
  return outfile;
}

/** A program that runs, and what it prints. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #errors: string[] = [];
  /** The exit code; `null` if a signal ended it. */
  readonly ended: Promise<number | null>;

  constructor(file: string, args: readonly string[], options: SpawnOptions = {}) {
    this.#child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', file, ...args],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        ...options,
      },
    );
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#errors.push(text));
    const output = this.#child.stdout;
    if (output === null) throw new Error('The program has no output to read.');
    createInterface({ input: output }).on('line', (line) => this.#lines.push(line));
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => resolve(code));
    });
  }

  /** What it printed so far, complete lines only. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** What it complained of. */
  get errors(): string {
    return this.#errors.join('');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Waits until it ended by itself, without a complaint, and answers with what it printed. */
  async output(): Promise<readonly string[]> {
    const code = await this.ended;
    if (code !== 0 || this.errors !== '')
      throw new Error(`The program ended with ${code}: ${this.errors}`);
    return this.#lines;
  }

  /** Waits until it has printed `line`. */
  async printed(line: string): Promise<void> {
    const input = this.#child.stdout;
    if (input === null) throw new Error('The program has no output to read.');
    const isOver = this.ended.then((code) => {
      throw new Error(`The program ended with ${code} before it printed "${line}": ${this.errors}`);
    });
    isOver.catch(() => {});
    while (!this.#lines.includes(line))
      await Promise.race([new Promise((resolve) => input.once('data', resolve)), isOver]);
  }
}

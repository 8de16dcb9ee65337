import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
let built: Promise<string> | null = null;

/** A folder with the program `task-monitor` in it, made from source once for each file of tests. */
export function programFolder(): Promise<string> {
  built ??= buildProgram();
  return built;
}

async function buildProgram(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-cli-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // What goes in, too, and is CommonJS asks for Node's own modules with `require`.
    banner: {
      js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
    },
  });
  const program = path.join(folder, 'task-monitor');
  const main = path.join(folder, 'main.mjs');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(program, 0o755);
  return folder;
}

afterAll(async () => {
  if (built !== null) rmSync(await built, { recursive: true, force: true });
});

/** Nothing of who runs the tests. */
export const BARE_ENVIRONMENT = {
  HOME: process.env['HOME'] ?? '/',
  LC_ALL: 'C.UTF-8',
  TERM: 'xterm-256color',
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `task-monitor` that runs, with pipes for its output. */
export class PipedCli {
  readonly ended: Promise<Ended>;
  readonly #child: ReturnType<typeof spawn>;
  #stdout = '';
  #stderr = '';
  #wake = (): void => {};

  private constructor(child: ReturnType<typeof spawn>) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#wake();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => {
        this.#wake();
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  static async start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<PipedCli> {
    const folder = await programFolder();
    const child = spawn(path.join(folder, 'task-monitor'), args, {
      env: { ...BARE_ENVIRONMENT, PATH: `${folder}:${process.env['PATH'] ?? ''}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new PipedCli(child);
  }

  /** Resolves when standard output has `text` in it, with all whole lines so far. */
  async says(text: string): Promise<string> {
    const lines = (): string => this.#stdout.slice(0, this.#stdout.lastIndexOf('\n') + 1);
    while (!lines().includes(text)) {
      if (this.#child.exitCode !== null)
        throw new Error(`It ended without ${text}:\n${this.#stdout}${this.#stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return lines();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Reads no more, as `head` does. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }
}

/** Runs `task-monitor` to its end. */
export async function cli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return (await PipedCli.start(args, env)).ended;
}

/** The fields of an event that tests look at. */
export interface ToldEvent {
  readonly type: string;
  readonly task: Record<string, unknown> & { readonly percent: number | null };
  readonly lines?: readonly { readonly stream: string; readonly text: string }[];
}

/** The events that are told as lines of JSON, where nothing else is. */
export function eventsOf(stdout: string): ToldEvent[] {
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as ToldEvent);
}

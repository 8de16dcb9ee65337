import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe } from '@jest/globals';
import { BARE_ENVIRONMENT, programFolder } from './cli-program.js';
import { closeLater } from './task-server.js';

const PROGRAM = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'tmux'))
  .find(isThere);

const INSTALL = 'apt-get install tmux';

/**
 * Describes what needs a real terminal, which tmux is. Where it is not installed that is skipped, by a name that says how to
 * install it; where `CI` is set it fails, as a test that never runs there would prove nothing.
 */
export function describeWithTmux(title: string, tests: () => void): void {
  if (PROGRAM !== undefined || process.env['CI']) describe(title, tests);
  else describe.skip(`${title} needs what is not installed here: ${INSTALL}`, tests);
}

/** Root has another one. */
export const PROMPT = /^[#$]/m;

/** Longer than any machine takes, and shorter than a test may last. */
const PATIENCE_MS = 90_000;
export const TEST_MS = 240_000;

export interface PaneSize {
  readonly columns: number;
  readonly rows: number;
}

const run = promisify(execFile);

/** A terminal with a shell in it, of a tmux server of its own. */
export class TmuxPane {
  readonly #socket: string;
  readonly #watcher: ChildProcess;
  #changes = 0;
  #wake = (): void => {};

  private constructor(socket: string, watcher: ChildProcess) {
    this.#socket = socket;
    this.#watcher = watcher;
    // In control mode tmux says when something was written, so nobody has to look again and again.
    watcher.stdout?.on('data', () => {
      this.#changes++;
      this.#wake();
    });
  }

  static async open(
    { columns, rows }: PaneSize,
    env: Readonly<Record<string, string>> = {},
  ): Promise<TmuxPane> {
    if (PROGRAM === undefined) throw new Error(`There is no tmux here: ${INSTALL}`);
    // Never that of one before, which may still be ending.
    const socket = `task-monitor-${randomUUID()}`;
    const folder = await programFolder();
    const variables = {
      ...env,
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    };
    const size = ['-x', `${columns}`, '-y', `${rows}`];
    const given = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const command = (...args: readonly string[]) =>
      run(PROGRAM, ['-L', socket, '-u', '-f', '/dev/null', ...args], {
        env: BARE_ENVIRONMENT,
      });
    await command('new-session', '-d', ...size, ...given, '/bin/sh');
    closeLater(() => command('kill-server').catch(() => {}));
    await command('set-option', '-g', 'window-size', 'manual');
    const watcher = spawn(PROGRAM, ['-L', socket, '-u', '-C', 'attach-session'], {
      env: BARE_ENVIRONMENT,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    closeLater(() => watcher.kill());
    const pane = new TmuxPane(socket, watcher);
    await pane.shows(PROMPT);
    return pane;
  }

  /** Types a command line into the shell. */
  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.#tmux('send-keys', 'Enter');
  }

  /** Presses a key by its name in tmux: `C-c`, `q`. */
  async press(key: string): Promise<void> {
    await this.#tmux('send-keys', key);
  }

  async resize({ columns, rows }: PaneSize): Promise<void> {
    await this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** What the terminal shows, without spaces at the ends of lines; with `-e` colours and looks are in it. */
  async screen(...options: readonly string[]): Promise<string> {
    return this.#tmux('capture-pane', '-p', ...options);
  }

  /** A variable of tmux: `alternate_on`, `cursor_flag`. */
  async variable(name: string): Promise<string> {
    return (await this.#tmux('display-message', '-p', `#{${name}}`)).trim();
  }

  /** Resolves when the terminal shows all of `expected` at once, with all that it shows. */
  async shows(...expected: readonly (string | RegExp)[]): Promise<string> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const changes = this.#changes;
      const screen = await this.screen();
      const isThere = (what: string | RegExp) =>
        typeof what === 'string' ? screen.includes(what) : what.test(screen);
      if (expected.every(isThere)) return screen;
      const leftMs = until - Date.now();
      if (leftMs <= 0 || this.#watcher.exitCode !== null)
        throw new Error(
          `Expected ${expected.map(String).join(' and ')}, the terminal shows:\n${screen}`,
        );
      if (changes === this.#changes) await this.#change(leftMs);
    }
  }

  async #change(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run(PROGRAM as string, ['-L', this.#socket, '-u', ...args], {
      env: BARE_ENVIRONMENT,
    });
    return stdout;
  }
}

function isThere(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

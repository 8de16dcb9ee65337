import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Entry, readJournal } from './journal.js';
import type { WorkerSettings } from './worker-settings.js';

export interface Exit {
  readonly at: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const ELSEWHERE = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];

/** A worker, seen from outside. */
export class WorkerProcess {
  readonly settings: WorkerSettings;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #lines = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #exit: Exit | null = null;
  #killedAt: number | null = null;
  #errors = '';

  /**
   * `elsewhere`: where its process id means nothing to the others, as on another machine. Needs a Linux that lets users have
   * namespaces.
   */
  constructor(settings: WorkerSettings, where: 'here' | 'elsewhere' = 'here') {
    this.settings = settings;
    const program = fileURLToPath(new URL('./worker.js', import.meta.url));
    const [command = '', ...args] = [
      ...(where === 'here' ? [] : ['unshare', ...ELSEWHERE]),
      ...[process.execPath, '--disable-warning=ExperimentalWarning'],
      ...[program, JSON.stringify(settings)],
    ];
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.#child;
    // It may be dead when it is written to.
    stdin?.on('error', () => {});
    stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    if (stdout === null) throw new Error('The worker has no output.');
    createInterface({ input: stdout }).on('line', (line) => {
      this.#lines.add(line);
      for (const look of this.#waiting) look();
    });
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (code, signal) => {
        this.#exit = { at: Date.now(), code, signal };
        resolve(this.#exit);
      });
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('The worker could not be started.');
    return pid;
  }

  get killedAt(): number | null {
    return this.#killedAt;
  }

  get exit(): Exit | null {
    return this.#exit;
  }

  get errors(): string {
    return this.#errors;
  }

  /** All that it wrote to its standard output and standard error. */
  get printed(): string {
    return [...this.#lines, this.#errors].join('\n');
  }

  journal(): readonly Entry[] {
    return readJournal(this.settings.journal);
  }

  /** Resolves when it has said so; rejects if it ends before. */
  said(line: 'opened' | 'holding' | 'done' | 'closed'): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!this.#lines.has(line)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
      void this.#closed().then(() => {
        look();
        reject(new Error(`Worker ${this.settings.name} ended before "${line}". ${this.#errors}`));
      });
    });
  }

  tell(line: 'finish'): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** `SIGKILL` cannot be caught, `SIGSTOP` not even noticed. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.#exit === null) {
      this.#killedAt = Date.now();
      this.#child.kill('SIGKILL');
    }
    const { signal } = await this.exited;
    // It was quicker.
    if (signal !== 'SIGKILL') this.#killedAt = null;
  }

  #closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#exit !== null && this.#child.stdout?.closed) resolve();
      else this.#child.once('close', () => resolve());
    });
  }
}

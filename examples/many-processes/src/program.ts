import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of this example, and what it printed. It does not outlive this process. */
export class Program {
  readonly lines: string[] = [];
  readonly ended: Promise<number | NodeJS.Signals | null>;
  readonly #process: ChildProcess;

  constructor(name: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    const file = fileURLToPath(new URL(`${name}.js`, import.meta.url));
    this.#process = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = once(this.#process, 'exit').then(
      ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
    );
    const output = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    output.on('line', (line) => this.lines.push(line));
    const kill = (): void => this.kill('SIGKILL');
    process.once('exit', kill);
    this.#process.once('exit', () => process.off('exit', kill));
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The program could not be started.');
    return this.#process.pid;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built programs of this example, as a test starts them. */
export class Programs {
  readonly #running = new Set<ChildProcess>();

  start(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const file = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, ...env },
      stdio: 'pipe',
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  /** Ends what still runs: gently, so that it removes what it made. */
  async end(): Promise<void> {
    await Promise.all(
      [...this.#running].map((child) => {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        return exited;
      }),
    );
  }
}

/** Where a back end says that it listens, the first address that it names, and its lines up to where its tasks are kept. */
export async function addressOf(
  child: ChildProcess,
): Promise<{ readonly url: string; readonly first: string; readonly said: readonly string[] }> {
  const said: string[] = [];
  let first: string | undefined;
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    said.push(line);
    first ??= /http:\/\/localhost:\S+/.exec(line)?.[0];
    if (first === undefined || !line.startsWith('Tasks are kept in')) continue;
    child.stdout?.resume();
    return { url: new URL(first).origin, first, said };
  }
  throw new Error('The server ended before it told its address.');
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Serving } from './read-worker.js';

const worker = fileURLToPath(new URL('read-worker.js', import.meta.url));

/** A process that serves what is read. */
export class ReadServer {
  readonly ids: readonly string[];
  readonly #child: ChildProcess;
  readonly #ports: Serving['ports'];

  private constructor(child: ChildProcess, { ports, ids }: Serving) {
    this.ids = ids;
    this.#child = child;
    this.#ports = ports;
  }

  static async start(order: Order): Promise<ReadServer> {
    const child = fork(worker);
    child.send(order);
    const [serving] = (await once(child, 'message')) as [Serving];
    return new ReadServer(child, serving);
  }

  /** Where `path` is served, without it. */
  origin(path: string): string {
    return `http://127.0.0.1:${this.#ports[path] ?? this.#ports['']}`;
  }

  /** What it has taken of the processor so far. */
  async cpuMs(): Promise<number> {
    this.#child.send('cpu');
    const [cpuMs] = (await once(this.#child, 'message')) as [number];
    return cpuMs;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

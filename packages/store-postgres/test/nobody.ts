import { once } from 'node:events';
import { createServer } from 'node:net';

/** Neither PostgreSQL nor pgbouncer runs as root. Whoever is `nobody` owns nothing else. */
export const NOBODY = 65_534;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** How a server is spawned that works in the folder `cwd`. */
export function asNobody(cwd: string): object {
  return {
    cwd,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    ...(isRoot() && { uid: NOBODY, gid: NOBODY }),
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

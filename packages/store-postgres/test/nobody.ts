import { randomInt } from 'node:crypto';
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

/**
 * Nobody listens there, and no system gives it to who asks for any port or connects somewhere: so it is still free when the
 * server has been made, and while it is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}

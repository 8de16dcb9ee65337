import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from '@jest/globals';

/** Debian puts it where the shell of an ordinary user does not look. */
const PROGRAM = ['nginx', '/usr/sbin/nginx'].find(runs);

/**
 * Describes what needs nginx. Where it is not installed that is skipped, by a name that says how to install it; where
 * `CI` is set it fails, as a test that never runs there would prove nothing.
 */
export function describeWithNginx(title: string, tests: () => void): void {
  if (PROGRAM !== undefined || process.env.CI) describe(title, tests);
  else describe.skip(`${title} needs what is not installed here: ${INSTALL}`, tests);
}

const INSTALL = 'apt-get install nginx';

/** Debian's number of the user that owns nothing. */
const NOBODY = 65_534;

/** An nginx of its own in front of a server, with what it does by default. */
export class Nginx {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;
  #log = '';

  private constructor(port: number, folder: string, program: string) {
    this.port = port;
    this.#folder = folder;
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    this.#process = spawn(program, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(isRoot && { uid: NOBODY, gid: NOBODY }),
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    process.on('exit', this.#killNow);
  }

  /** Resolves when it lets clients in. */
  static async before(target: number): Promise<Nginx> {
    if (PROGRAM === undefined) throw new Error(`There is no nginx here: ${INSTALL}`);
    const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-nginx-'));
    const port = await freePort();
    writeFileSync(path.join(folder, 'nginx.conf'), configuration(port, target));
    const nginx = new Nginx(port, folder, PROGRAM);
    const ended = once(nginx.#process, 'exit').then(([code]) => {
      throw new Error(`nginx ended with code ${String(code)}: ${nginx.#log}`);
    });
    ended.catch(() => {});
    await Promise.race([nginx.#accepts(), ended]);
    return nginx;
  }

  /** Ends it, and removes all that it left. */
  async close(): Promise<void> {
    process.off('exit', this.#killNow);
    if (this.#process.exitCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  readonly #killNow = (): void => {
    this.#process.kill('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  async #accepts(): Promise<void> {
    while (this.#process.exitCode === null) {
      const socket = connect(this.port, '127.0.0.1');
      try {
        await once(socket, 'connect');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      } finally {
        socket.destroy();
      }
    }
  }
}

function configuration(port: number, target: number): string {
  return `
daemon off;
pid nginx.pid;
error_log stderr;
worker_processes 1;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  gzip on;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${target};
      proxy_read_timeout 60s;
    }
  }
}
`;
}

/** One that no system gives to who asks for any port or connects somewhere: so it is still free a moment later. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    } catch {
      continue;
    }
    await once(server.close(), 'close');
    return port;
  }
}

function runs(program: string): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

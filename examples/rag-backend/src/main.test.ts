import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressOf, Programs } from './testing/programs.js';

const programs = new Programs();

afterEach(() => programs.end());

async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  for (const pipe of [child.stdout, child.stderr])
    pipe?.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('the demo', () => {
  it('does the whole job with --once and leaves nothing behind', async () => {
    const { code, output } = await ended(programs.start('main', ['--once']));
    expect(output).toContain('"completed_tasks": 7');
    expect(output).toContain('bell-rock at');
    expect(code).toBe(0);
  });

  it('finds the tasks of the run before where TASK_STORE is a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rag-tasks-'));
    const env = { TASK_STORE: `sqlite:${join(folder, 'tasks.db')}` };
    const first = await ended(programs.start('main', ['--once'], env));
    expect(first.output).toContain(`Tasks are kept in SQLite, ${join(folder, 'tasks.db')}.`);
    expect(first.output).toContain('"total_tasks": 7,');
    const second = await ended(programs.start('main', ['--once'], env));
    expect(second.output).toContain('"total_tasks": 14,');
    expect(second.output).toContain('"completed_tasks": 14,');
    expect([first.code, second.code]).toEqual([0, 0]);
    rmSync(folder, { recursive: true });
  }, 400_000);

  it('exits with 1 when a video of the folder cannot be ingested', async () => {
    const MEDIA_DIR = fileURLToPath(new URL('testing/', import.meta.url));
    const { code, output } = await ended(programs.start('main', ['--once'], { MEDIA_DIR }));
    expect(output).toContain('no videos');
    expect(code).toBe(1);
  });

  it('tells the address of its page before any other', async () => {
    const server = programs.start('main', [], { PORT: '0', INGEST_PACE_MS: '0' });
    const { first: url, said } = await addressOf(server);
    expect(new URL(url).pathname).toBe('/tasks/ui');
    expect(said).toContainEqual(expect.stringContaining('DEMO_LOAD=1 npm run demo keeps'));
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(await page.text()).toContain('<div id="app">');
  });

  it('serves until it is told to stop, then ends its workers and itself', async () => {
    const server = programs.start('main', [], { PORT: '0', INGEST_PACE_MS: '60000' });
    const { url } = await addressOf(server);
    const { tasks } = (await (await fetch(`${url}/tasks/all`)).json()) as { tasks: unknown[] };
    expect(Array.isArray(tasks)).toBe(true);
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('says what to do when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, output } = await ended(programs.start('main', [], { PORT: String(port) }));
    other.close();
    expect(output).toContain(`Port ${port} is in use. Choose another: PORT=8001 npm run demo`);
    expect(code).toBe(1);
  });

  it.each([
    [['--onec'], {}, 'Cannot use the argument --onec: there is only --once.'],
    [
      [],
      { TASK_STORE: 'redis://me:secret@host' },
      'Expected TASK_STORE to be memory, sqlite:./tasks.db or postgres://user:password@host:5432/name, got "redis:…".',
    ],
    [[], { PORT: 'eighty' }, 'Expected PORT to be an integer from 0 to 65535, got "eighty".'],
  ])('refuses %j %j', async (args, env, message) => {
    const { code, output } = await ended(programs.start('main', args, env));
    expect(output.trim()).toBe(message);
    expect(code).toBe(1);
  });
});

describe('verify', () => {
  it('finds the demo as documented', async () => {
    const { url } = await addressOf(programs.start('main', [], { PORT: '0', INGEST_PACE_MS: '0' }));
    const { code, output } = await ended(programs.start('verify', [url]));
    expect(output).toContain('All five steps are as documented.');
    expect(code).toBe(0);
  });

  it.each([
    [
      'a field too many',
      {
        total_tasks: 0,
        running_tasks: 0,
        pending_tasks: 0,
        completed_tasks: 0,
        failed_tasks: 0,
        success_rate: 0,
        cancelled_tasks: 0,
      },
      'has nothing else',
    ],
    [
      'a field too few',
      { total_tasks: 0, running_tasks: 0, pending_tasks: 0, completed_tasks: 0, failed_tasks: 0 },
      'a number success_rate',
    ],
    [
      'a wrong success rate',
      {
        total_tasks: 3,
        running_tasks: 0,
        pending_tasks: 0,
        completed_tasks: 2,
        failed_tasks: 1,
        success_rate: 0.67,
      },
      'success_rate is 66.67, got 0.67',
    ],
  ])('finds %s', async (_, stats, message) => {
    const liar: Server = createServer((_req, res) => res.end(JSON.stringify(stats))).listen(
      0,
      '127.0.0.1',
    );
    await once(liar, 'listening');
    const { port } = liar.address() as AddressInfo;
    const { code, output } = await ended(programs.start('verify', [`http://127.0.0.1:${port}`]));
    liar.close();
    liar.closeAllConnections();
    expect(output).toContain('FAILED');
    expect(output).toContain(message);
    expect(code).toBe(1);
  });

  it('says so when nobody answers, and when it is given no address', async () => {
    const gone = await ended(programs.start('verify', ['http://127.0.0.1:1']));
    expect(gone).toMatchObject({
      code: 1,
      output: expect.stringContaining('Is the server running there?') as string,
    });
    const none = await ended(programs.start('verify', []));
    expect(none).toMatchObject({
      code: 1,
      output: expect.stringContaining('Usage: npm run verify') as string,
    });
  });
});

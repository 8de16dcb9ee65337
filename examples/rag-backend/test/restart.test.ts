import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PostgresServer } from '../../../packages/store-postgres/test/postgres-server.js';
import { addressOf, Programs } from '../src/testing/programs.js';

const BELL_ROCK = fileURLToPath(new URL('../media/bell-rock.srt', import.meta.url));
const programs = new Programs();
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  await programs.end();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface ShownTask {
  readonly task_id: string;
  readonly status: string;
  readonly command: readonly string[];
  readonly metadata: object;
}

interface Place {
  /** As a user writes it. */
  readonly setting: string;
  /** As the back end says it. */
  readonly name: string;
}

const PLACES: readonly (readonly [string, (folder: string) => Promise<Place>])[] = [
  [
    'SQLite',
    async (folder) => {
      const file = join(folder, 'tasks.db');
      return { setting: `sqlite:${file}`, name: `SQLite, ${file}` };
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const server = await PostgresServer.start();
      cleanups.push(() => server.dispose());
      const database = await server.createDatabase();
      return {
        setting: server.connectionString(database),
        name: `PostgreSQL, 127.0.0.1:${server.port}, database ${database}`,
      };
    },
  ],
];

describe.each(PLACES)('a back end with its tasks in %s', (_, openPlace) => {
  it('says so, and shows after a restart what it has ingested before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rag-restart-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const { setting, name } = await openPlace(folder);
    const media = join(folder, 'media');
    mkdirSync(media);
    copyFileSync(BELL_ROCK, join(media, 'bell-rock.srt'));
    const env = { TASK_STORE: setting, MEDIA_DIR: media, PORT: '0', INGEST_PACE_MS: '0' };

    const first = programs.start('main', [], env);
    const before = await addressOf(first);
    expect(before.said).toContain(`Tasks are kept in ${name}.`);
    const response = await fetch(`${before.url}/ingest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"videos": ["bell-rock"]}',
    });
    const { task_id: id } = (await response.json()) as ShownTask;
    const ingested = await finished(before.url, id);
    expect(ingested).toMatchObject({
      status: 'completed',
      metadata: { videos: ['bell-rock'], request_type: 'ingest' },
    });
    expect(await listed(before.url)).toContainEqual(ingested);
    // Nothing may be under way that the restart would end.
    const history = await Promise.all(
      (await listed(before.url)).map(({ task_id }) => finished(before.url, task_id)),
    );
    await stop(first);

    const { url, said } = await addressOf(programs.start('main', [], env));
    expect(said).toContain(`Tasks are kept in ${name}.`);
    const after = await listed(url);
    for (const task of history) expect(after).toContainEqual(task);
    expect(await finished(url, id)).toEqual(ingested);
  }, 400_000);
});

async function stop(backend: ChildProcess): Promise<void> {
  const exited = once(backend, 'exit');
  backend.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
}

async function listed(url: string): Promise<readonly ShownTask[]> {
  const { tasks } = (await read(`${url}/tasks/all?limit=100`)) as {
    readonly tasks: readonly ShownTask[];
  };
  return tasks;
}

/** The task once it has ended; asks again with every change. */
async function finished(url: string, id: string): Promise<ShownTask> {
  for (;;) {
    const task = (await read(`${url}/tasks/${id}?wait=25`)) as ShownTask;
    if (task.status !== 'pending' && task.status !== 'running') return task;
  }
}

async function read(url: string): Promise<unknown> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return response.json();
}

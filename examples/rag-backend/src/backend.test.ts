import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Task, TaskMonitor } from '@task-monitor/core';
import { createBackend } from './backend.js';
import { KnowledgeBase } from './knowledge-base.js';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

const workerFile = fileURLToPath(new URL('../dist/ingest-worker.js', import.meta.url));

let folder: string;
let monitor: TaskMonitor;
let server: Server;
let url: string;

async function start(
  options: { readonly mediaDir?: string; readonly paceMs?: number } = {},
): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'rag-backend-test-'));
  monitor = new TaskMonitor({ concurrency: 2 });
  const fail = (error: unknown): void => {
    throw error;
  };
  const app = createBackend({
    monitor,
    knowledge: new KnowledgeBase(folder, fail),
    mediaDir: options.mediaDir ?? SHIPPED_MEDIA_DIR,
    resultsDir: folder,
    workerFile,
    paceMs: options.paceMs ?? 0,
    log: fail,
  });
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  await monitor.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function get(path: string): Promise<Answer> {
  return answerOf(await fetch(url + path));
}

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerOf(
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

async function answerOf(response: Response): Promise<Answer> {
  const body = (await response.json()) as Record<string, unknown>;
  const { status, headers } = response;
  return { status, type: headers.get('content-type'), headers, body };
}

function finished({ body }: Answer): Promise<Task> {
  return monitor.waitFor(String(body['task_id']));
}

describe('POST /ingest', () => {
  it('answers as documented and ingests in a process of its own', async () => {
    await start();
    const answer = await post('/ingest', { videos: ['bell-rock'] });
    const id = String(answer.body['task_id']);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'queued',
        cmd: [process.execPath, workerFile, '--videos', 'bell-rock'],
        message: `Background task queued with ID: ${id}`,
      },
    });
    expect(Object.keys(answer.body)).toEqual(['status', 'task_id', 'cmd', 'message']);
    const task = await finished(answer);
    expect(task).toMatchObject({
      status: 'completed',
      type: 'ingest',
      metadata: { videos: ['bell-rock'], request_type: 'ingest' },
      progress: { message: 'Ingested bell-rock' },
      execution: { process: { exitCode: 0 } },
    });
    expect(task.execution.process?.pid).not.toBe(process.pid);
  });

  it('makes what it ingested searchable as soon as its task is completed', async () => {
    await start();
    expect((await get('/search?query=lighthouse')).body).toEqual({
      query: 'lighthouse',
      k: 5,
      results: [],
    });
    await finished(await post('/ingest', { videos: ['bell-rock'] }));
    const { body } = await get('/search?query=lighthouse&k=2');
    expect(body['results']).toHaveLength(2);
    expect(body['results']).toMatchObject([{ video_id: 'bell-rock' }, { video_id: 'bell-rock' }]);
    const { entities } = (await get('/entities')).body as { entities: { name: string }[] };
    expect(entities.map(({ name }) => name)).toContain('Stevenson');
    const { nodes } = (await get('/graph')).body as { nodes: { id: string }[] };
    expect(nodes.map(({ id }) => id)).toContain('video:bell-rock');
  });

  it('takes YouTube addresses for the ids in them', async () => {
    await start();
    const answer = await post('/ingest', {
      videos: ['https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3s'],
    });
    expect((await finished(answer)).metadata).toEqual({
      videos: ['dQw4w9WgXcQ'],
      request_type: 'ingest',
    });
  });

  it('runs two at a time and keeps the rest pending', async () => {
    await start({ paceMs: 60_000 });
    const events = monitor.watch()[Symbol.asyncIterator]();
    const firstEvent = events.next();
    for (let n = 0; n < 5; n++) await post('/ingest', { videos: ['bell-rock'] });
    for (
      let { value } = await firstEvent, started = 0;
      started < 2;
      { value } = await events.next()
    ) {
      if ((value as { type: string }).type === 'task.started') started++;
    }
    expect((await get('/tasks/stats')).body).toMatchObject({ running_tasks: 2, pending_tasks: 3 });
    expect((await get('/tasks/pending')).body).toMatchObject({ total_count: 3 });
  });

  it('fails the task of an id without media, naming the id and what to add', async () => {
    await start();
    const task = await finished(await post('/ingest', { videos: ['dQw4w9WgXcQ'] }));
    expect(task.status).toBe('failed');
    expect(task.error?.message).toContain(
      'No media for "dQw4w9WgXcQ": add dQw4w9WgXcQ.vtt or dQw4w9WgXcQ.srt',
    );
  });

  it('ingests the others when one of several videos is missing', async () => {
    await start();
    const task = await finished(await post('/ingest', { videos: ['no-such-video', 'bell-rock'] }));
    expect(task.status).toBe('failed');
    expect((await get('/search?query=lighthouse&k=1')).body['results']).toMatchObject([
      { video_id: 'bell-rock' },
    ]);
  });

  it.each(['--help', '$(touch pwned)', '`id`', '; rm -rf .', '%2e%2e%2fsecret', '--videos'])(
    'treats %j as an id and nothing else',
    async (id) => {
      await start();
      const task = await finished(await post('/ingest', { videos: [id] }));
      expect(task).toMatchObject({
        status: 'failed',
        command: expect.arrayContaining([id]) as unknown,
      });
      expect(task.error?.message).toContain('No media for');
    },
  );

  it('ingests a caption file in another script as soon as it lies in the folder', async () => {
    const mediaDir = await mkdtemp(join(tmpdir(), 'rag-media-test-'));
    try {
      await start({ mediaDir });
      await copyFile(join(SHIPPED_MEDIA_DIR, 'bell-rock.srt'), join(mediaDir, 'one.srt'));
      await writeFile(
        join(mediaDir, '灯台の話.vtt'),
        'WEBVTT\n\n00:01.000 --> 00:04.000\n古い灯台は岬の先に立っています。\n',
      );
      const task = await finished(await post('/ingest', { videos: ['灯台の話', 'one'] }));
      expect(task.status).toBe('completed');
      const { body } = await get(`/search?query=${encodeURIComponent('灯台')}&k=1`);
      expect(body['results']).toMatchObject([{ video_id: '灯台の話', start: 0 }]);
    } finally {
      await rm(mediaDir, { recursive: true });
    }
  });
});

describe('POST /ingest with Prefer', () => {
  it('answers with the finished task when that comes in time', async () => {
    await start();
    const answer = await post('/ingest', { videos: ['bell-rock'] }, { Prefer: 'wait=60' });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'completed', progress: 'Ingested bell-rock' },
    });
    expect(answer.headers.get('preference-applied')).toBe('wait=60');
    expect((await get('/search?query=lighthouse&k=1')).body['results']).toHaveLength(1);
  });

  it('answers 202 and where to ask when it would have to wait', async () => {
    await start({ paceMs: 60_000 });
    const answer = await post('/ingest', { videos: ['bell-rock'] }, { Prefer: 'respond-async' });
    const id = String(answer.body['task_id']);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/tasks/${id}`);
    expect((await get(`/tasks/${id}`)).body).toMatchObject({ task_id: id });
  });
});

describe('POST /ingest with an Idempotency-Key', () => {
  const key = { 'Idempotency-Key': '8e03978e-40d5-43dd-bc93-6894a57f9324' };

  it('ingests once, however often and at the same time it comes', async () => {
    await start();
    const body = { videos: ['bell-rock'] };
    const answers = await Promise.all([1, 2, 3].map(() => post('/ingest', body, key)));
    await finished(answers[0] as Answer);
    answers.push(await post('/ingest', body, { ...key, Prefer: 'wait=60' }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.body['task_id'])).size).toBe(1);
    expect(answers[3]?.body['status']).toBe('completed');
    expect((await monitor.stats()).totalTasks).toBe(1);
    const another = await post('/ingest', body, { 'Idempotency-Key': 'another' });
    expect(another.body['task_id']).not.toBe(answers[0]?.body['task_id']);
    await finished(another);
  });

  it('is 422 when the key came with other videos before', async () => {
    await start();
    const first = await post('/ingest', { videos: ['bell-rock'] }, key);
    expect(await post('/ingest', { videos: ['movable-type'] }, key)).toMatchObject({
      status: 422,
      type: 'application/problem+json; charset=utf-8',
    });
    await finished(first);
    expect((await monitor.stats()).totalTasks).toBe(1);
  });

  it('is 400 when the key is too long', async () => {
    await start();
    const headers = { 'Idempotency-Key': 'x'.repeat(201) };
    expect(await post('/ingest', { videos: ['bell-rock'] }, headers)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'Idempotency-Key' }] },
    });
  });
});

describe('POST /temporal/ingest-video', () => {
  it('answers as documented and ingests each video as a child task', async () => {
    await start();
    const ids = ['bell-rock', 'movable-type'];
    const events = monitor.watch();
    const answer = await post('/temporal/ingest-video', { video_ids: ids, segment_duration: 20 });
    const id = String(answer.body['task_id']);
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'queued', cmd: ['background_video_processing', '--videos', ...ids] },
    });
    const messages: (string | null | undefined)[] = [];
    for await (const event of events) {
      if (!('task' in event) || event.task.id !== id) continue;
      messages.push(event.task.progress?.message);
      if (event.task.completedAt !== null) break;
    }
    expect(messages).toContain('Processing video 1/2: bell-rock');
    expect(messages).toContain('Processing video 2/2: movable-type');
    const task = await finished(answer);
    expect(task).toMatchObject({
      status: 'completed',
      metadata: {
        video_ids: ids,
        process_segments: true,
        segment_duration: 20,
        request_type: 'temporal_video_ingest',
      },
    });
    const children = await monitor.list({ parentId: id, order: 'oldest' });
    expect(children.tasks.map(({ name, status }) => [name, status])).toEqual([
      ['bell-rock', 'completed'],
      ['movable-type', 'completed'],
    ]);
  });

  it('keeps a video whole when asked not to cut it', async () => {
    await start();
    await finished(
      await post('/temporal/ingest-video', { video_ids: ['bell-rock'], process_segments: false }),
    );
    const { results } = (await get('/search?query=lighthouse&k=50')).body as {
      results: { start: number }[];
    };
    expect([...new Set(results.map(({ start }) => start))]).toEqual([0]);
  });

  it('goes on after a video that fails, and says which it was', async () => {
    await start();
    const task = await finished(
      await post('/temporal/ingest-video', { video_ids: ['nowhere', 'bell-rock'] }),
    );
    expect(task.status).toBe('failed');
    expect(task.error?.message).toContain('1 of 2 videos failed: No media for "nowhere"');
    expect((await get('/search?query=lighthouse&k=1')).body['results']).toHaveLength(1);
  });

  it('stops its videos when it is cancelled', async () => {
    await start({ paceMs: 60_000 });
    const answer = await post('/temporal/ingest-video', {
      video_ids: ['bell-rock', 'movable-type'],
    });
    const id = String(answer.body['task_id']);
    for await (const event of monitor.watch({ taskId: id })) {
      if ('task' in event && event.task.progress !== null) break;
    }
    await monitor.cancel(id);
    expect((await monitor.waitFor(id)).status).toBe('cancelled');
    const { tasks } = await monitor.list({ parentId: id });
    expect(tasks.map(({ name, status }) => [name, status])).toEqual([['bell-rock', 'cancelled']]);
  });
});

describe('requests that cannot be served', () => {
  it.each([
    ['/ingest', {}, 'videos'],
    ['/ingest', [], 'body'],
    ['/ingest', { videos: 'bell-rock' }, 'videos'],
    ['/ingest', { videos: [] }, 'videos'],
    ['/ingest', { videos: ['bell-rock', 5] }, 'videos[1]'],
    ['/ingest', { videos: ['../x'] }, 'videos[0]'],
    ['/ingest', { videos: ['https://example.org/film'] }, 'videos[0]'],
    ['/ingest', { videos: Array.from({ length: 101 }, () => 'x1') }, 'videos'],
    ['/ingest', '{"videos": [', 'body'],
    ['/temporal/ingest-video', { video_ids: ['a'], process_segments: 'yes' }, 'process_segments'],
    ['/temporal/ingest-video', { video_ids: ['a'], segment_duration: 0 }, 'segment_duration'],
    ['/temporal/ingest-video', { videos: ['a'] }, 'video_ids'],
  ])('POST %s %j is 400 and names %s', async (path, body, parameter) => {
    await start();
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json; charset=utf-8' });
    expect(answer.body['errors']).toMatchObject([{ parameter }]);
    expect((await monitor.stats()).totalTasks).toBe(0);
  });

  it.each([
    ['/search', 'query'],
    ['/search?query=', 'query'],
    ['/search?query=a&query=b', 'query'],
    ['/search?query=a&k=0', 'k'],
    ['/search?query=a&k=ten', 'k'],
    ['/search?query=a&k=5&k=6', 'k'],
  ])('GET %s is 400 and names %s', async (path, parameter) => {
    await start();
    expect(await get(path)).toMatchObject({ status: 400, body: { errors: [{ parameter }] } });
  });

  it('refuses a body over 100 KB', async () => {
    await start();
    expect(await post('/ingest', { videos: ['x'.repeat(102_400)] })).toMatchObject({ status: 413 });
  });

  it('answers 404 where there is nothing', async () => {
    await start();
    expect(await get('/nowhere')).toMatchObject({
      status: 404,
      type: 'application/problem+json; charset=utf-8',
    });
  });
});

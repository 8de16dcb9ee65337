import { describe, expect, it } from '@jest/globals';
import type { TaskMonitor } from '@task-monitor/core';
import type { WireListSnapshot, WireTaskChange } from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';
import type { EventStream, StreamedEvent } from './event-stream.js';
import { aMonitor, openStream } from './opened.js';
import { type MakeApp, serve, VERSIONS } from './served.js';

async function streamOf(
  makeApp: MakeApp,
  monitor: TaskMonitor,
  path: string,
  { options, headers }: { options?: TaskRouterOptions; headers?: Record<string, string> } = {},
): Promise<EventStream> {
  const { port } = await serve(makeApp, monitor, options);
  return openStream(port, `/tasks${path}`, headers);
}

function lineOf({ name, data }: StreamedEvent): string {
  const { task, ids } = data as { task?: WireTaskChange['task']; ids?: string[] };
  if (ids) return `${name} ${ids.join(' ')}`;
  return task ? `${name} ${task.task_id} ${task.status} v${task.version}` : name;
}

const isNamed =
  (...names: string[]) =>
  ({ name }: StreamedEvent) =>
    names.includes(name);

describe.each(VERSIONS)('GET /events: %s', (_, makeApp) => {
  it('begins with where things stand, and goes on with what changes', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1', type: 'ingest' });
    const stream = await streamOf(makeApp, monitor, '/events');
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const snapshot = await stream.next();
    expect(snapshot?.name).toBe('snapshot');
    expect(snapshot?.id).not.toBe('');
    expect(snapshot?.data).toMatchObject({
      stats: { total_tasks: 1, pending_tasks: 1, success_rate: 0 },
      tasks: [{ task_id: 'task-1', type: 'ingest', version: 1 }],
      total_count: 1,
      next_cursor: null,
      count_is_exact: true,
      parents: [],
    });
    await monitor.start('task-1');
    expect(lineOf((await stream.next()) as StreamedEvent)).toBe('task.started task-1 running v2');
    await monitor.complete('task-1');
    await monitor.remove('task-1');
    const rest = await stream.until(isNamed('task.removed'));
    expect(rest.map(lineOf)).toEqual(['task.completed task-1 completed v3', 'task.removed task-1']);
  });

  it('tells lines of output only to who asks for them', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const { port } = await serve(makeApp, monitor);
    const open = async (path: string) => {
      const stream = await openStream(port, path);
      await stream.next();
      return stream;
    };
    const [plain, told] = [await open('/tasks/events'), await open('/tasks/events?output=true')];
    await monitor.log('task-1', 'first');
    await monitor.complete('task-1');
    expect((await plain.until(isNamed('task.completed'))).map(lineOf)).toEqual([
      'task.completed task-1 completed v4',
    ]);
    const events = await told.until(isNamed('task.completed'));
    expect(events.map(lineOf)).toEqual([
      'task.output task-1 running v3',
      'task.completed task-1 completed v4',
    ]);
    expect(events[0]?.data).toMatchObject({ lines: [{ number: 1, stream: 'log', text: 'first' }] });
  });

  it('tells of the tasks that were asked for, whatever becomes of their status', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1', type: 'ingest', tags: ['a'] });
    await monitor.register({ id: 'task-2', type: 'search', tags: ['a'] });
    await monitor.start('task-1');
    await monitor.start('task-2');
    const path = '/events?type=ingest&status=running&tag=a';
    const stream = await streamOf(makeApp, monitor, path);
    const snapshot = (await stream.next())?.data as WireListSnapshot;
    expect(snapshot.tasks.map((task) => task.task_id)).toEqual(['task-1']);
    await monitor.complete('task-2');
    await monitor.register({ id: 'task-3', type: 'ingest' });
    await monitor.complete('task-1');
    expect((await stream.until(isNamed('task.completed'))).map(lineOf)).toEqual([
      'task.completed task-1 completed v3',
    ]);
  });

  it('tells of the tasks that a search finds, and goes on telling of those', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1', metadata: { video: 'v1' } });
    await monitor.register({ id: 'task-2', metadata: { video: 'v2' } });
    const path = `/events?q=${encodeURIComponent('meta.video:v1 -error:captions')}`;
    const stream = await streamOf(makeApp, monitor, path);
    const snapshot = (await stream.next())?.data as WireListSnapshot;
    expect(snapshot.tasks.map((task) => task.task_id)).toEqual(['task-1']);
    await monitor.start('task-2');
    await monitor.start('task-1');
    await monitor.fail('task-1', 'no captions');
    await monitor.register({ id: 'task-3', metadata: { video: 'v1' } });
    expect((await stream.until(isNamed('task.registered'))).map(lineOf)).toEqual([
      'task.started task-1 running v2',
      'task.failed task-1 failed v3',
      'task.registered task-3 pending v1',
    ]);
  });

  it('tells nothing where what is asked for is out of what may be seen', async () => {
    const monitor = aMonitor();
    const stream = await streamOf(makeApp, monitor, '/events?type=search', {
      options: { authorize: () => ({ filter: { type: 'ingest' } }) },
    });
    await stream.next();
    await monitor.register({ id: 'task-1', type: 'ingest' });
    await monitor.register({ id: 'task-2', type: 'search' });
    await monitor.close();
    expect((await stream.rest()).map(lineOf)).toEqual(['shutdown']);
  });

  it('goes on after the last event, and leaves out none and tells none twice', async () => {
    const monitor = aMonitor();
    const { port } = await serve(makeApp, monitor);
    const first = await openStream(port, '/tasks/events');
    await first.next();
    await monitor.register({ id: 'task-1' });
    await first.until(isNamed('task.registered'));
    first.close();
    await monitor.start('task-1');
    await monitor.complete('task-1');
    const again = await openStream(port, '/tasks/events', {
      'Last-Event-ID': first.lastEventId,
    });
    await monitor.register({ id: 'task-2' });
    expect((await again.until(isNamed('task.registered'))).map(lineOf)).toEqual([
      'task.started task-1 running v2',
      'task.completed task-1 completed v3',
      'task.registered task-2 pending v1',
    ]);
  });

  it.each(['garbage', '\u00ff\u00fe', 'x'.repeat(10_000), 'abc.12', "' OR 1=1", '-1'])(
    'says reset, and where things stand, to who comes with an id of nowhere: %j',
    async (id) => {
      const monitor = aMonitor();
      const stream = await streamOf(makeApp, monitor, '/events', {
        headers: { 'Last-Event-ID': id },
      });
      const events = await stream.until(isNamed('snapshot'));
      expect(events.map(({ name }) => name)).toEqual(['reset', 'snapshot']);
      await monitor.register({ id: 'task-1' });
      expect(lineOf((await stream.next()) as StreamedEvent)).toBe(
        'task.registered task-1 pending v1',
      );
    },
  );

  it('takes the last id from the query, too', async () => {
    const monitor = aMonitor();
    const stream = await streamOf(makeApp, monitor, '/events?last_event_id=garbage');
    expect((await stream.until(isNamed('snapshot')))[0]?.name).toBe('reset');
  });

  it('sends the last of many reports of progress, and every end', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const stream = await streamOf(makeApp, monitor, '/events');
    await stream.next();
    for (let current = 1; current <= 900; current++)
      await monitor.progress('task-1', { current, total: 1_000 });
    await monitor.complete('task-1');
    const events = await stream.until(isNamed('task.completed'));
    expect(events.length).toBeLessThan(100);
    expect(events.at(-1)?.data).toMatchObject({
      task: { status: 'completed', progress_detail: { current: 900 } },
    });
  });

  it('cannot be made to tell other events by what a task says', async () => {
    const monitor = aMonitor();
    const stream = await streamOf(makeApp, monitor, '/events');
    await stream.next();
    const evil = 'a\n\nevent: task.removed\r\rid: 7\r\n\r\ndata: {"ids":["x"]}\u2028\u2029\0';
    await monitor.register({ id: 'task-1', name: evil, metadata: { [evil]: evil } });
    await monitor.start('task-1');
    await monitor.progress('task-1', evil);
    const events = await stream.until(isNamed('task.progress'));
    await monitor.fail('task-1', evil);
    events.push(...(await stream.until(isNamed('task.failed'))));
    expect(new Set(events.map(({ name }) => name))).toEqual(
      new Set(['task.registered', 'task.started', 'task.progress', 'task.failed']),
    );
    expect(JSON.stringify(events[0]?.data)).toContain('event: task.removed');
  });

  it('refuses one stream too many with 503, and has room again when one has gone', async () => {
    const monitor = aMonitor();
    const told: unknown[] = [];
    const { port } = await serve(makeApp, monitor, {
      maxStreams: 2,
      onError: (error) => told.push(error),
    });
    const streams = [
      await openStream(port, '/tasks/events'),
      await openStream(port, '/tasks/events'),
    ];
    const refused = await openStream(port, '/tasks/events');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, expect.any(String)]);
    streams[0]?.close();
    let status = 503;
    while (status === 503) {
      const next = await openStream(port, '/tasks/events');
      status = next.status;
    }
    expect(status).toBe(200);
    // However often it was refused, it is one and the same trouble.
    expect(told).toMatchObject([{ code: 'TOO_MANY_STREAMS' }]);
  });

  it('is ended when the monitor is closed, and says so', async () => {
    const monitor = aMonitor();
    const stream = await streamOf(makeApp, monitor, '/events');
    await stream.next();
    await monitor.close();
    expect((await stream.rest()).map(({ name }) => name)).toEqual(['shutdown']);
    expect(stream.silent.some((block) => /^retry: [2-4]\d{3}$/.test(block))).toBe(true);
  });

  it('has a head without a body', async () => {
    const monitor = aMonitor();
    const client = await serve(makeApp, monitor);
    const reply = await client.ask('HEAD', '/events');
    expect([reply.status, reply.body]).toEqual([200, '']);
    expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });

  it('tells each tenant of its own tasks alone, of removals, too', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'red-1', tags: ['red'] });
    await monitor.register({ id: 'blue-1', tags: ['blue'] });
    const stream = await streamOf(makeApp, monitor, '/events', {
      options: { authorize: () => ({ filter: { tag: 'red' } }) },
    });
    const snapshot = (await stream.next())?.data as WireListSnapshot;
    expect(snapshot.tasks.map((task) => task.task_id)).toEqual(['red-1']);
    expect(snapshot.stats.total_tasks).toBe(1);
    await monitor.cancel('blue-1');
    await monitor.cancel('red-1');
    await monitor.cleanup({ days: 0 });
    await monitor.register({ id: 'red-2', tags: ['red'] });
    const events = await stream.until(
      (event) => lineOf(event) === 'task.registered red-2 pending v1',
    );
    expect(JSON.stringify(events)).not.toContain('blue');
    expect(events.map(lineOf)).toEqual([
      'task.cancelled red-1 cancelled v2',
      'task.removed red-1',
      'task.registered red-2 pending v1',
    ]);
  });

  it('says that a task is gone when it leaves what the caller may see', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const stream = await streamOf(makeApp, monitor, '/events', {
      options: { authorize: () => ({ filter: { statuses: ['running'] } }) },
    });
    await stream.next();
    await monitor.register({ id: 'task-2' });
    await monitor.complete('task-1');
    await monitor.start('task-2');
    const events = await stream.until(isNamed('task.started'));
    expect(events.map(lineOf)).toEqual(['task.removed task-1', 'task.started task-2 running v2']);
  });
});

describe.each(VERSIONS)('GET /{task_id}/events: %s', (_, makeApp) => {
  it('tells one task, its output too, until it is over', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.register({ id: 'task-2' });
    const stream = await streamOf(makeApp, monitor, '/task-1/events');
    expect(lineOf((await stream.next()) as StreamedEvent)).toBe('snapshot task-1 pending v1');
    await monitor.start('task-2');
    await monitor.start('task-1');
    await monitor.log('task-1', 'a line');
    await monitor.fail('task-1', 'no captions');
    const events = await stream.rest();
    expect(events.map(lineOf)).toEqual([
      'task.started task-1 running v2',
      'task.output task-1 running v3',
      'task.failed task-1 failed v4',
      'end',
    ]);
    expect(stream.lastEventId).toMatch(/^end\./);
  });

  it('tells a task that is over, ends, and has nothing for who comes again', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.cancel('task-1');
    const { port } = await serve(makeApp, monitor);
    const stream = await openStream(port, '/tasks/task-1/events');
    expect((await stream.rest()).map(lineOf)).toEqual(['snapshot task-1 cancelled v2', 'end']);
    const again = await openStream(port, '/tasks/task-1/events', {
      'Last-Event-ID': stream.lastEventId,
    });
    expect(again.status).toBe(204);
    expect(await again.rest()).toEqual([]);
  });

  it('goes on after the last event', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    const { port } = await serve(makeApp, monitor);
    const first = await openStream(port, '/tasks/task-1/events');
    await first.next();
    first.close();
    await monitor.start('task-1');
    await monitor.complete('task-1');
    const again = await openStream(port, '/tasks/task-1/events', {
      'Last-Event-ID': first.lastEventId,
    });
    expect((await again.rest()).map(lineOf)).toEqual([
      'task.started task-1 running v2',
      'task.completed task-1 completed v3',
      'end',
    ]);
    // Who has seen the end of the task, but not that of the stream, is told that.
    const { lastEventId } = again;
    const late = await openStream(port, '/tasks/task-1/events', {
      'Last-Event-ID': lastEventId.replace('end.', ''),
    });
    expect((await late.rest()).map(({ name }) => name).at(-1)).toBe('end');
  });

  it('ends when the task is removed', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const stream = await streamOf(makeApp, monitor, '/task-1/events');
    await stream.next();
    await monitor.complete('task-1');
    await monitor.remove('task-1');
    expect((await stream.rest()).map(lineOf)).toEqual([
      'task.completed task-1 completed v3',
      'end',
    ]);
  });

  it('is 404 for a task that is not kept, and 403 where reading it is refused', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor, { authorize: (_req, { task }) => task === null });
    expect((await client.get('/unknown-1/events')).status).toBe(404);
    expect((await client.get('/task-1/events')).status).toBe(403);
  });
});

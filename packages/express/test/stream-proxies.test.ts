import { describe, expect, it } from '@jest/globals';
import type { TaskMonitor } from '@task-monitor/core';
import compression from 'compression';
import type { Request, Response } from 'express';
import type { EventStream } from './event-stream.js';
import { describeWithNginx, Nginx } from './nginx.js';
import { aMonitor, closeLater, openStream } from './opened.js';
import { EXPRESS, listen, VERSIONS } from './served.js';

/** Each step is taken only when the event of the one before has arrived: nothing waits for more to come. */
async function stepByStep(monitor: TaskMonitor, stream: EventStream): Promise<void> {
  const names: (string | undefined)[] = [];
  const next = async () => names.push((await stream.next())?.name);
  await next();
  await monitor.register({ id: 'task-1' });
  await next();
  await monitor.start('task-1');
  await next();
  await monitor.progress('task-1', 'embedding');
  await next();
  await monitor.complete('task-1');
  await next();
  expect(names).toEqual([
    'snapshot',
    'task.registered',
    'task.started',
    'task.progress',
    'task.completed',
  ]);
}

describeWithNginx('a stream behind nginx', () => {
  it('passes on every event at once', async () => {
    const monitor = aMonitor();
    const nginx = await Nginx.before(
      await listen(EXPRESS['Express 5']([{ path: '/tasks', monitor }])),
    );
    closeLater(nginx);
    const stream = await openStream(nginx.port, '/tasks/events');
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await stepByStep(monitor, stream);
  });

  it('ends with its client, and with the monitor', async () => {
    const monitor = aMonitor();
    const options = { maxStreams: 1, onError: () => {} };
    const nginx = await Nginx.before(
      await listen(EXPRESS['Express 5']([{ path: '/tasks', monitor, options }])),
    );
    closeLater(nginx);
    const first = await openStream(nginx.port, '/tasks/events');
    await first.next();
    expect((await openStream(nginx.port, '/tasks/events')).status).toBe(503);
    first.close();
    let next = await openStream(nginx.port, '/tasks/events');
    while (next.status === 503) next = await openStream(nginx.port, '/tasks/events');
    await next.next();
    await monitor.close();
    expect((await next.rest()).map(({ name }) => name)).toEqual(['shutdown']);
  });

  it('goes on after the last event', async () => {
    const monitor = aMonitor();
    const nginx = await Nginx.before(
      await listen(EXPRESS['Express 5']([{ path: '/tasks', monitor }])),
    );
    closeLater(nginx);
    const first = await openStream(nginx.port, '/tasks/events');
    await first.next();
    first.close();
    await monitor.register({ id: 'task-1' });
    const headers = { 'Last-Event-ID': first.lastEventId };
    const again = await openStream(nginx.port, '/tasks/events', headers);
    expect((await again.next())?.name).toBe('task.registered');
  });
});

describe.each(VERSIONS)('a stream behind the compression middleware: %s', (_, makeApp) => {
  it.each([
    ['as it is', {}],
    ['that compresses whatever it may', { filter: () => true, threshold: 0 }],
  ])('passes on every event at once, %s', async (_name, options) => {
    const monitor = aMonitor();
    const compress = compression(options);
    const app = makeApp([{ path: '/tasks', monitor }]);
    const port = await listen((req, res) =>
      compress(req as Request, res as Response, () => app(req, res)),
    );
    const stream = await openStream(port, '/tasks/events', { 'Accept-Encoding': 'gzip, br' });
    expect(stream.headers['content-encoding']).toBeUndefined();
    await stepByStep(monitor, stream);
  });
});

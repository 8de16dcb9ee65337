import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { WireFullTask, WireProblem, WireTask } from '@task-monitor/http';
import { serve, VERSIONS } from './served.js';

const JSON_BODY = { 'Content-Type': 'application/json' };

describe.each(VERSIONS)('POST /{task_id}/cancel: %s', (_, makeApp) => {
  it('cancels a pending task, and one that is driven by hand, at once', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'pending-1' });
    await monitor.register({ id: 'by-hand-1' });
    await monitor.start('by-hand-1');
    const client = await serve(makeApp, monitor);
    for (const id of ['pending-1', 'by-hand-1']) {
      const reply = await client.ask('POST', `/${id}/cancel`);
      expect(reply.status).toBe(200);
      expect(reply.json<WireTask>()).toMatchObject({ task_id: id, status: 'cancelled' });
      expect((await monitor.get(id)).status).toBe('cancelled');
    }
  });

  it('asks who runs a task to stop it, and shows when that was done', async () => {
    const monitor = new TaskMonitor();
    let letGo = (): void => {};
    const run = await monitor.run(
      { id: 'run-1' },
      ({ signal }) =>
        new Promise<void>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            letGo = () => reject(signal.reason as Error);
          });
        }),
    );
    run.finished.catch(() => {});
    const client = await serve(makeApp, monitor);
    const cancel = async () => client.ask('POST', '/run-1/cancel?view=full');

    const first = await cancel();
    expect(first.status).toBe(202);
    expect(first.json<WireFullTask>()).toMatchObject({
      status: 'running',
      cancel: { acknowledged_at: null, forced: false },
    });
    const again = await cancel();
    expect(again.status).toBe(202);
    expect(again.json<WireFullTask>().cancel).toEqual(first.json<WireFullTask>().cancel);

    letGo();
    await run.recorded;
    const after = await cancel();
    expect(after.status).toBe(200);
    const { status, cancel: cancellation } = after.json<WireFullTask>();
    expect(status).toBe('cancelled');
    expect(cancellation).toMatchObject({
      requested_at: first.json<WireFullTask>().cancel?.requested_at,
      acknowledged_at: expect.any(String),
      forced: false,
    });
  });

  it('notes why and by whom', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const reply = await client.ask('POST', '/task-1/cancel?view=full', {
      headers: JSON_BODY,
      body: '{"reason":"a newer upload","requested_by":"ada"}',
    });
    expect(reply.json<WireFullTask>().cancel).toMatchObject({
      reason: 'a newer upload',
      requested_by: 'ada',
    });
  });

  it('is 404 for a task that is not kept', async () => {
    const client = await serve(makeApp, new TaskMonitor());
    const reply = await client.ask('POST', '/unknown-1/cancel');
    expect(reply.status).toBe(404);
    expect(reply.json<WireProblem>().code).toBe('TASK_NOT_FOUND');
  });

  it('is 409 for a task that ended otherwise, and says how', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    await monitor.complete('task-1');
    const client = await serve(makeApp, monitor);
    const reply = await client.ask('POST', '/task-1/cancel');
    expect(reply.status).toBe(409);
    expect(reply.json<WireProblem>()).toMatchObject({
      code: 'INVALID_TRANSITION',
      detail: 'The task is completed; a finished task never changes.',
    });
  });

  it.each([
    ['{"reason":', JSON_BODY, 400],
    ['[]', JSON_BODY, 400],
    ['"superseded"', JSON_BODY, 400],
    ['null', JSON_BODY, 400],
    ['{"reason":7}', JSON_BODY, 400],
    ['{"reason":"a","requested_by":{}}', JSON_BODY, 400],
    ['reason=superseded', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['{"reason":"a"}', { 'Content-Type': 'text/plain' }, 415],
    ['{"reason":"a"}', {}, 415],
    ['{"reason":"a"}', { ...JSON_BODY, 'Content-Encoding': 'gzip' }, 415],
    [`{"reason":"${'a'.repeat(110_000)}"}`, JSON_BODY, 413],
  ] as const)('refuses the body %.40s', async (body, headers, status) => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const reply = await client.ask('POST', '/task-1/cancel', { headers: { ...headers }, body });
    expect(reply.status).toBe(status);
    expect((await monitor.get('task-1')).status).toBe('pending');
  });

  it.each([
    ['', {}],
    ['', JSON_BODY],
    ['{}', JSON_BODY],
    ['{"reason":"a","unknown":[1]}', { 'Content-Type': 'application/json; charset=utf-8' }],
    [`${'['.repeat(0)}{"unknown":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, JSON_BODY],
    ['{"reason":"a","reason":"b","__proto__":{"reason":"c"}}', JSON_BODY],
  ] as const)('accepts the body %.40s', async (body, headers) => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const reply = await client.ask('POST', '/task-1/cancel', { headers: { ...headers }, body });
    expect(reply.status).toBe(200);
    expect(({} as { reason?: unknown }).reason).toBeUndefined();
  });

  it('with authorize is for whom that says', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor, {
      authorize: (req, { action }) => action === 'read' || req.headers['x-user'] === 'ada',
    });
    const cancel = async (user: string) => {
      const headers = { 'X-User': user, 'X-Forwarded-For': '192.0.2.1' };
      return (await client.ask('POST', '/task-1/cancel', { headers })).status;
    };
    expect(await cancel('bob')).toBe(403);
    expect((await monitor.get('task-1')).status).toBe('pending');
    expect(await cancel('ada')).toBe(200);
  });
});

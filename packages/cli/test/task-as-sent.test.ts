import { expect, it } from '@jest/globals';
import { TaskClient } from '@task-monitor/client';
import { taskAsSent } from '../src/run/task-as-sent.js';
import { runningTask, TaskServer } from './task-server.js';

it('sends a task of this process as a server sends it', async () => {
  const server = await TaskServer.start();
  const { monitor } = server;
  const options = {
    name: 'film',
    type: 'ingest',
    command: ['tar', 'c'],
    metadata: { a: 1 },
    tags: ['x'],
  };
  const failed = await runningTask(server, options);
  await monitor.progress(failed, { current: 1, total: 4, unit: 'pages', message: 'reading' });
  await monitor.fail(failed, 'No disk.');
  const cancelled = await runningTask(server, {});
  await monitor.cancel(cancelled, { reason: 'not needed', by: 'ada' });
  await monitor.complete(cancelled, { result: { pages: 4 } });
  const client = new TaskClient(server.url);
  for (const id of [failed, cancelled])
    expect(taskAsSent(await monitor.get(id), { eta: null, health: null }, Date.now())).toEqual(
      await client.task(id, { view: 'full' }),
    );
});

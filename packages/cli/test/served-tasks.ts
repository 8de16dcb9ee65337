import { runningTask, TaskServer } from './task-server.js';

/** A server with a task of each status. */
export async function servedTasks(): Promise<TaskServer> {
  const server = await TaskServer.start();
  const { monitor } = server;
  await monitor.register({ id: 'pending-1', name: 'waits' });
  await runningTask(server, { id: 'running-1', name: 'runs', command: ['tar', 'c z'] });
  await monitor.complete(await runningTask(server, { id: 'completed-1', name: 'done' }));
  await monitor.fail(await runningTask(server, { id: 'failed-1', name: 'broken' }), 'No disk.');
  await monitor.cancel(await runningTask(server, { id: 'cancelled-1', name: 'unwanted' }));
  return server;
}

const express = require('express');
const { TaskClient } = require('@task-monitor/client');
const { TaskMonitor } = require('@task-monitor/core');
const { describeTaskStore } = require('@task-monitor/core/testing');
const { dashboard } = require('@task-monitor/dashboard');
const { taskRouter } = require('@task-monitor/express');
const { runCommand } = require('@task-monitor/process');
const { SqliteStore } = require('@task-monitor/store-sqlite');

async function withOneCompletedTask() {
  const monitor = new TaskMonitor();
  const task = await monitor.register({ command: ['x'] });
  await monitor.start(task.id);
  await monitor.complete(task.id);
  return monitor;
}

test('a CommonJS host tracks a task', async () => {
  const monitor = await withOneCompletedTask();
  expect((await monitor.stats()).completedTasks).toBe(1);
  await monitor.close();
});

test('a CommonJS host runs a command', async () => {
  const monitor = new TaskMonitor();
  const run = await runCommand(monitor, [process.execPath, '-e', '0']);
  await run.finished;
  expect((await monitor.stats()).completedTasks).toBe(1);
  await monitor.close();
});

test('a CommonJS host on Express 4 serves the endpoints', async () => {
  const monitor = await withOneCompletedTask();
  const app = express();
  app.use('/tasks', taskRouter(monitor, { dashboard }));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const response = await fetch(`http://127.0.0.1:${server.address().port}/tasks/stats`);
  expect(await response.json()).toMatchObject({ total_tasks: 1, completed_tasks: 1 });
  const client = new TaskClient(`http://127.0.0.1:${server.address().port}/tasks`);
  expect(await client.countCompleted()).toEqual({ completed_tasks: 1 });
  const page = await fetch(`http://127.0.0.1:${server.address().port}/tasks/ui`);
  expect(await page.text()).toContain('src="ui/app.js"');
  const script = await fetch(new URL('ui/app.js', page.url));
  expect([script.status, (await script.text()).length > 1_000]).toEqual([200, true]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await monitor.close();
});

test('a CommonJS host opens a file of SQLite, or is told which driver to install', async () => {
  const opened = await SqliteStore.open({ path: 'tasks.db' }).catch((error) => error);
  const isBuiltIn = process.getBuiltinModule('node:sqlite') !== undefined;
  expect(opened instanceof SqliteStore).toBe(isBuiltIn);
  if (isBuiltIn) await opened.close();
  else expect(opened.message).toMatch(/npm install better-sqlite3@12$/);
});

test('the conformance suite can be required', () => {
  expect(typeof describeTaskStore).toBe('function');
});

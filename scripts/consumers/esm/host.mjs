import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import express from 'express';
import { TaskClient } from '@task-monitor/client';
import { TaskMonitor, TaskMonitorError } from '@task-monitor/core';
import { dashboard } from '@task-monitor/dashboard';
import { taskRouter } from '@task-monitor/express';
import { runCommand } from '@task-monitor/process';
import { SqliteStore } from '@task-monitor/store-sqlite';

const monitor = new TaskMonitor();
const task = await monitor.register({ command: ['x'] });
await monitor.start(task.id);
await monitor.complete(task.id);
const run = await runCommand(monitor, [process.execPath, '-e', '0']);
await run.finished;
assert.equal((await monitor.stats()).completedTasks, 2);
await assert.rejects(monitor.start('no-such-task'), TaskMonitorError);

const app = express();
app.use('/tasks', taskRouter(monitor, { dashboard }));
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const stats = await fetch(`http://127.0.0.1:${server.address().port}/tasks/stats`);
assert.equal((await stats.json()).completed_tasks, 2);
const client = new TaskClient(`http://127.0.0.1:${server.address().port}/tasks`);
assert.equal((await client.waitFor(task.id)).status, 'completed');
const page = await fetch(`http://127.0.0.1:${server.address().port}/tasks/ui`);
assert.match(await page.text(), /src="ui\/app\.js"/);
const script = await fetch(new URL('ui/app.js', page.url));
assert.ok(script.status === 200 && (await script.text()).length > 1_000);
const program = 'node_modules/.bin/task-monitor';
const ran = execFileSync(program, ['run', '--json', '--', process.execPath, '-e', '0'], {
  encoding: 'utf8',
});
assert.equal(JSON.parse(ran.trimEnd().split('\n').at(-1)).type, 'task.completed');
server.close();
server.closeAllConnections();
await monitor.close();

// Node 20 has no SQLite of its own, and this host has no driver: then it is told what to install.
const opened = await SqliteStore.open({ path: 'tasks.db' }).catch((error) => error);
if (opened instanceof Error) assert.match(opened.message, /npm install better-sqlite3@12$/);
else await opened.close();
assert.equal(opened instanceof Error, process.getBuiltinModule('node:sqlite') === undefined);

// A host half moved to ES modules loads both forms.
const { TaskMonitor: Required } = createRequire(import.meta.url)('@task-monitor/core');
const other = new Required();
assert.equal((await other.stats()).completedTasks, 0);
await other.close();

import { TaskMonitor } from '@task-monitor/core';
import { LAST_PROGRESS, parsedExampleTask, PROGRESS } from './example-task.js';
import { PlainTasks } from './plain-tasks.js';
import { publish } from './report.js';
import { collectGarbage } from './sample.js';
import { readSettings } from './settings.js';

/** Bytes of heap that a finished task of the documented example takes, all indexes included. */
const settings = readSettings(process.argv.slice(2));
const TASKS = settings.once ? 1_000 : 1_000_000;

const ours = await bytesPerTask(fillCore);
const plain = await bytesPerTask(fillMap);
publish(
  {
    name: 'memory',
    rows: [
      { '': 'core, memory store', [`bytes a task, of ${TASKS.toLocaleString('en')}`]: ours },
      { '': 'plain Map', [`bytes a task, of ${TASKS.toLocaleString('en')}`]: plain },
    ],
    aims: [{ what: 'core, bytes a finished task', measured: ours, atMost: 1_024 }],
  },
  settings,
);

/** What `fill` answers with holds the tasks, and is closed only after the second look. */
async function bytesPerTask(fill: () => Promise<{ close(): Promise<void> }>): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const filled = await fill();
  collectGarbage();
  const after = process.memoryUsage().heapUsed;
  await filled.close();
  return (after - before) / TASKS;
}

async function fillCore(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor({ retention: false });
  for (let n = 0; n < TASKS; n++) {
    const { id } = await monitor.register(parsedExampleTask(n));
    await monitor.start(id);
    await monitor.progress(id, PROGRESS);
    await monitor.complete(id, { progress: LAST_PROGRESS });
  }
  return monitor;
}

async function fillMap(): Promise<PlainTasks> {
  const tasks = new PlainTasks();
  for (let n = 0; n < TASKS; n++) {
    const { id } = await tasks.register(parsedExampleTask(n));
    await tasks.change(id, { status: 'running', startedAt: Date.now() });
    await tasks.change(id, { progress: PROGRESS });
    await tasks.change(id, {
      status: 'completed',
      completedAt: Date.now(),
      progress: LAST_PROGRESS,
    });
  }
  return tasks;
}

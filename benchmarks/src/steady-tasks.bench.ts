import { setTimeout as pause } from 'node:timers/promises';
import { TaskMonitor } from '@task-monitor/core';
import { parsedExampleTask } from './example-task.js';
import { publish } from './report.js';
import { collectGarbage } from './sample.js';
import { readSettings } from './settings.js';

/**
 * What the process grows by while tasks come and go at a steady pace, two and a half times as many of them as are kept. A
 * benchmark that never rests would show something else: how much garbage V8 lets lie when it has no time to collect it.
 */
const settings = readSettings(process.argv.slice(2));
const TASKS = settings.once ? 1_000 : 250_000;
const PER_SECOND = 2_500;

const monitor = new TaskMonitor();
collectGarbage();
const before = process.memoryUsage.rss();
let most = before;
const startedAt = performance.now();
for (let n = 0; n < TASKS;) {
  const due = Math.min(TASKS, ((performance.now() - startedAt) / 1_000) * PER_SECOND);
  for (; n < due; n++) {
    const { id } = await monitor.register(parsedExampleTask(n));
    await monitor.start(id);
    await monitor.complete(id);
  }
  most = Math.max(most, process.memoryUsage.rss());
  await pause(10);
}
const growth = process.memoryUsage.rss() - before;
const kept = await monitor.count();
await monitor.close();

publish(
  {
    name: 'steady-tasks',
    rows: [
      {
        'tasks a second': PER_SECOND,
        'tasks kept': kept,
        'growth of resident memory, MB: most': (most - before) / 1e6,
        'at the end': growth / 1e6,
      },
    ],
    aims: [{ what: 'growth of resident memory, MB', measured: (most - before) / 1e6, atMost: 150 }],
  },
  settings,
);

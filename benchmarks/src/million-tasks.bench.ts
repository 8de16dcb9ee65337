import { setImmediate as turn } from 'node:timers/promises';
import { TaskMonitor } from '@task-monitor/core';
import { parsedExampleTask } from './example-task.js';
import { publish } from './report.js';
import { collectGarbage } from './sample.js';
import { readSettings } from './settings.js';

/** A million tasks through a monitor with default limits: what the process grows by, and how long `register` takes. */
const settings = readSettings(process.argv.slice(2));
const TASKS = settings.once ? 2_000 : 1_000_000;

const passing = await passThrough();
publish(
  {
    name: 'million-tasks',
    rows: [
      { measured: 'growth of resident memory, MB: most', '': passing.mostGrowthMb },
      { measured: 'growth of resident memory, MB: at the end', '': passing.growthMb },
      { measured: 'growth of resident memory, MB: after a collection', '': passing.collectedMb },
      { measured: 'growth of the heap, MB: after a collection', '': passing.heapMb },
      { measured: '`register`, ms: median', '': passing.registerMs(0.5) },
      { measured: '`register`, ms: 99 of 100', '': passing.registerMs(0.99) },
      { measured: '`register`, ms: longest', '': passing.registerMs(1) },
    ],
    aims: [
      // What is kept; how much garbage V8 lets lie about before it collects is up to the rest of the program.
      {
        what: 'growth of resident memory, MB, after a collection',
        measured: passing.collectedMb,
        atMost: 150,
      },
      { what: '`register`, ms, 99 of 100', measured: passing.registerMs(0.99), atMost: 1 },
    ],
  },
  settings,
);

async function passThrough() {
  const monitor = new TaskMonitor();
  const taken = new Float64Array(TASKS);
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.memoryUsage.rss();
  let most = before;
  for (let n = 0; n < TASKS; n++) {
    const task = parsedExampleTask(n);
    const startedAt = performance.now();
    const { id } = await monitor.register(task);
    taken[n] = performance.now() - startedAt;
    await monitor.start(id);
    await monitor.complete(id);
    if (n % 1_000 === 0) most = Math.max(most, process.memoryUsage.rss());
  }
  const growth = process.memoryUsage.rss() - before;
  // Pages that a collection empties are given back by the next.
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await turn();
  }
  const collected = process.memoryUsage.rss() - before;
  const heap = process.memoryUsage().heapUsed - heapBefore;
  await monitor.close();
  taken.sort();
  return {
    growthMb: growth / 1e6,
    collectedMb: collected / 1e6,
    heapMb: heap / 1e6,
    mostGrowthMb: Math.max(most - before, growth) / 1e6,
    registerMs: (share: number) => taken[Math.ceil(share * TASKS) - 1] ?? NaN,
  };
}

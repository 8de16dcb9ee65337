import { TaskMonitor } from '@task-monitor/core';
import { exampleTask, LAST_PROGRESS, PROGRESS } from './example-task.js';
import { PlainTasks } from './plain-tasks.js';
import { publish } from './report.js';
import { collectGarbage, median, sample, type Sample } from './sample.js';
import { readSettings } from './settings.js';

/**
 * Life cycles per second: register, start, progress, complete, one after the other, each awaited. Rounds of both sides
 * take turns, so that whatever disturbs the machine disturbs both.
 */
const settings = readSettings(process.argv.slice(2));
const CYCLES = settings.once ? 500 : 100_000;
const PAIRS = settings.once ? 1 : 15;
const WARM_UPS = settings.once ? 0 : 2;

const pairs: { readonly ours: Sample; readonly plain: Sample }[] = [];
for (let pair = -WARM_UPS; pair < PAIRS; pair++) {
  const ours = await roundOfCore();
  const plain = await roundOfMap();
  if (pair >= 0) pairs.push({ ours, plain });
}

const cpuRatio = median(pairs.map(({ ours, plain }) => plain.cpuMs / ours.cpuMs));
const wallRatio = median(pairs.map(({ ours, plain }) => plain.wallMs / ours.wallMs));
publish(
  {
    name: 'life-cycle',
    rows: [
      row(
        'core, memory store',
        pairs.map(({ ours }) => ours),
      ),
      row(
        'plain Map',
        pairs.map(({ plain }) => plain),
      ),
      {
        '': 'core ÷ plain Map, median of pairs',
        'per second of wall time': wallRatio,
        'per second of CPU time': cpuRatio,
      },
    ],
    aims: [
      { what: 'core ÷ plain Map, wall time', measured: wallRatio, atLeast: 0.4 },
      { what: 'core ÷ plain Map, CPU time', measured: cpuRatio, atLeast: 0.4 },
    ],
  },
  settings,
);

async function roundOfCore(): Promise<Sample> {
  const monitor = new TaskMonitor();
  collectGarbage();
  const taken = await sample(async () => {
    for (let n = 0; n < CYCLES; n++) {
      const { id } = await monitor.register(exampleTask());
      await monitor.start(id);
      await monitor.progress(id, PROGRESS);
      await monitor.complete(id, { progress: LAST_PROGRESS });
    }
  });
  await monitor.close();
  return taken;
}

async function roundOfMap(): Promise<Sample> {
  const tasks = new PlainTasks();
  collectGarbage();
  return sample(async () => {
    for (let n = 0; n < CYCLES; n++) {
      const { id } = await tasks.register(exampleTask());
      await tasks.change(id, { status: 'running', startedAt: Date.now() });
      await tasks.change(id, { progress: PROGRESS });
      await tasks.change(id, {
        status: 'completed',
        completedAt: Date.now(),
        progress: LAST_PROGRESS,
      });
    }
  });
}

function row(name: string, samples: readonly Sample[]): Record<string, string | number> {
  return {
    '': name,
    'per second of wall time': median(samples.map(({ wallMs }) => (CYCLES / wallMs) * 1_000)),
    'per second of CPU time': median(samples.map(({ cpuMs }) => (CYCLES / cpuMs) * 1_000)),
  };
}

import { TaskMonitor } from '@task-monitor/core';
import { publish } from './report.js';
import { collectGarbage, median, sample, type Sample } from './sample.js';
import { readSettings } from './settings.js';

/**
 * What it costs to run a function as a task: `run` of one that does nothing, until its end is recorded, against calling it.
 * One after the other, each awaited; rounds of both sides take turns.
 */
const settings = readSettings(process.argv.slice(2));
const CALLS = settings.once ? 200 : 20_000;
const PAIRS = settings.once ? 1 : 11;
const WARM_UPS = settings.once ? 0 : 2;

const nothing = async (): Promise<void> => {};

const pairs: { readonly ours: Sample; readonly plain: Sample }[] = [];
for (let pair = -WARM_UPS; pair < PAIRS; pair++) {
  const ours = await roundOfRuns();
  const plain = await roundOfCalls();
  if (pair >= 0) pairs.push({ ours, plain });
}

const wallUs = median(pairs.map(({ ours, plain }) => perCall(ours.wallMs - plain.wallMs)));
const cpuUs = median(pairs.map(({ ours, plain }) => perCall(ours.cpuMs - plain.cpuMs)));
publish(
  {
    name: 'runner',
    rows: [
      row(
        'run',
        pairs.map(({ ours }) => ours),
      ),
      row(
        'call',
        pairs.map(({ plain }) => plain),
      ),
      { '': 'run − call, median of pairs', 'µs of wall time': wallUs, 'µs of CPU time': cpuUs },
    ],
    aims: [
      { what: 'run − call, µs of wall time a task', measured: wallUs, atMost: 15 },
      { what: 'run − call, µs of CPU time a task', measured: cpuUs, atMost: 15 },
    ],
  },
  settings,
);

async function roundOfRuns(): Promise<Sample> {
  const monitor = new TaskMonitor();
  collectGarbage();
  const taken = await sample(async () => {
    for (let n = 0; n < CALLS; n++) {
      const run = await monitor.run({}, nothing);
      await run.finished;
      await run.recorded;
    }
  });
  await monitor.close();
  return taken;
}

async function roundOfCalls(): Promise<Sample> {
  collectGarbage();
  return sample(async () => {
    for (let n = 0; n < CALLS; n++) await nothing();
  });
}

function row(name: string, samples: readonly Sample[]): Record<string, string | number> {
  return {
    '': name,
    'µs of wall time': median(samples.map(({ wallMs }) => perCall(wallMs))),
    'µs of CPU time': median(samples.map(({ cpuMs }) => perCall(cpuMs))),
  };
}

function perCall(ms: number): number {
  return (ms * 1_000) / CALLS;
}

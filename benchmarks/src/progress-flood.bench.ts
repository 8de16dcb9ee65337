import { TaskMonitor } from '@task-monitor/core';
import { PROGRESS } from './example-task.js';
import { PlainTasks } from './plain-tasks.js';
import { publish } from './report.js';
import { collectGarbage, median, sample, type Sample } from './sample.js';
import { readSettings } from './settings.js';

/**
 * Calls of `progress` per second, each awaited: on one task that nobody watches, on a hundred of which each has its watcher, and
 * the same change of a plain Map. Rounds take turns.
 */
const settings = readSettings(process.argv.slice(2));
const CALLS = settings.once ? 2_000 : 200_000;
const ROUNDS = settings.once ? 1 : 7;
const WARM_UPS = settings.once ? 0 : 2;
const WATCHED = 100;

type Report = (call: number) => Promise<unknown>;

const KINDS = {
  'a text': () => PROGRESS,
  numbers: (call: number) => ({ current: call, total: CALLS }),
} as const;

const sides: Readonly<Record<string, () => Promise<Sample>>> = {
  'progress, a text': () => roundOfCore('a text', 1, false),
  'progress, numbers': () => roundOfCore('numbers', 1, false),
  'plain Map': roundOfMap,
  'progress, a text, 100 watched': () => roundOfCore('a text', WATCHED, true),
  'progress, numbers, 100 watched': () => roundOfCore('numbers', WATCHED, true),
};

const samples = new Map(Object.keys(sides).map((side) => [side, [] as Sample[]]));
for (let round = -WARM_UPS; round < ROUNDS; round++) {
  for (const [side, measure] of Object.entries(sides)) {
    const taken = await measure();
    if (round >= 0) samples.get(side)?.push(taken);
  }
}

publish(
  {
    name: 'progress-flood',
    rows: Object.keys(sides).map((side) => ({
      '': side,
      'calls a second of wall time': perSecond(side, 'wallMs'),
      'of CPU time': perSecond(side, 'cpuMs'),
      '÷ plain Map, wall time, median of rounds': ratioToMap(side),
    })),
    aims: Object.keys(sides)
      .filter((side) => side !== 'plain Map')
      .map((side) => ({
        what: `${side}: calls a second`,
        measured: perSecond(side, 'wallMs'),
        atLeast: side.endsWith('watched') ? 300_000 : 1_000_000,
      })),
  },
  settings,
);

/** The time ends when every watcher has been told the last report of its task. */
async function roundOfCore(kind: keyof typeof KINDS, tasks: number, watched: boolean) {
  const monitor = new TaskMonitor();
  const ids: string[] = [];
  for (let n = 0; n < tasks; n++) {
    const { id } = await monitor.register();
    await monitor.start(id);
    ids.push(id);
  }
  // The registration, the start, and then its share of the reports.
  const last = 2 + CALLS / tasks;
  const watchers = watched ? ids.map((id) => watchUntil(monitor, id, last)) : [];
  await Promise.all(watchers.map(({ ready }) => ready));
  collectGarbage();
  const progress = KINDS[kind];
  const report: Report = (call) => monitor.progress(ids[call % tasks] as string, progress(call));
  const taken = await sample(async () => {
    for (let call = 0; call < CALLS; call++) await report(call);
    await Promise.all(watchers.map(({ done }) => done));
  });
  await monitor.close();
  return taken;
}

async function roundOfMap(): Promise<Sample> {
  const tasks = new PlainTasks();
  const { id } = await tasks.register({
    command: [],
    metadata: { videos: [], request_type: 'ingest' },
  });
  collectGarbage();
  return sample(async () => {
    for (let call = 0; call < CALLS; call++) await tasks.change(id, { progress: PROGRESS });
  });
}

/** Reads what a watcher is told, up to the version that is the last. */
function watchUntil(monitor: TaskMonitor, taskId: string, last: number) {
  const events = monitor.watch({ taskId });
  const ready = events.next();
  const done = ready.then(async () => {
    for await (const event of events) {
      if (event.type === 'reset') throw new Error('A watcher has missed something.');
      if ('task' in event && event.task.version === last) return;
    }
  });
  return { ready, done };
}

function perSecond(side: string, time: keyof Sample): number {
  return median((samples.get(side) ?? []).map(({ [time]: ms }) => (CALLS / ms) * 1_000));
}

function ratioToMap(side: string): number {
  const plain = samples.get('plain Map') ?? [];
  return median(
    (samples.get(side) ?? []).map(({ wallMs }, round) => (plain[round]?.wallMs ?? NaN) / wallMs),
  );
}

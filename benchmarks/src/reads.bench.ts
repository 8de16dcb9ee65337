import { TaskMonitor } from '@task-monitor/core';
import { exampleTask } from './example-task.js';
import { CountedTasks } from './counted-tasks.js';
import { publish } from './report.js';
import { collectGarbage, median, sample } from './sample.js';
import { readSettings } from './settings.js';

/**
 * What reads cost with few and with many tasks. Any map gets slower with size, as it no longer fits the processor's caches;
 * so the aim is about what core loses beyond what a plain Map loses.
 */
const settings = readSettings(process.argv.slice(2));
const FEW = 1_000;
const MANY = settings.once ? 2_000 : 1_000_000;
const ROUNDS = settings.once ? 1 : 31;
const CALLS = settings.once ? 100 : 20_000;
const READS = ['get', 'stats', 'count', 'list'] as const;

type Read = (typeof READS)[number];
/** Makes `calls` calls, each awaited. */
type Reads = Readonly<Record<Read, (calls: number) => Promise<void>>>;

const subjects = {
  ours: { few: await fillCore(FEW), many: await fillCore(MANY) },
  plain: { few: await fillMap(FEW), many: await fillMap(MANY) },
};
collectGarbage();

const rows = [];
for (const read of READS) {
  const calls = read === 'list' ? CALLS / 20 : CALLS;
  const times = { oursFew: [], oursMany: [], plainFew: [], plainMany: [] } as Record<
    string,
    number[]
  >;
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { [read]: run }] of [
      ['oursFew', subjects.ours.few],
      ['plainFew', subjects.plain.few],
      ['oursMany', subjects.ours.many],
      ['plainMany', subjects.plain.many],
    ] as const) {
      const { wallMs } = await sample(() => run(calls));
      if (round > 0) times[name]?.push((wallMs / calls) * 1e6);
    }
  }
  rows.push({ read, ...losses(times) });
}

publish(
  {
    name: 'reads',
    rows: rows.map(({ read, cost, loss }) => ({
      read: read === 'list' ? 'list (50)' : read,
      [`core, ${FEW.toLocaleString('en')} (ns)`]: cost.oursFew,
      [`core, ${MANY.toLocaleString('en')} (ns)`]: cost.oursMany,
      [`Map, ${FEW.toLocaleString('en')} (ns)`]: cost.plainFew,
      [`Map, ${MANY.toLocaleString('en')} (ns)`]: cost.plainMany,
      'core loses': loss.ours,
      'Map loses': loss.plain,
      'core ÷ Map': loss.ours / loss.plain,
    })),
    aims: rows.map(({ read, loss }) => ({
      what: `${read}: loss of core ÷ loss of a plain Map`,
      measured: loss.ours / loss.plain,
      atMost: 1.2,
    })),
  },
  settings,
);

function losses(times: Readonly<Record<string, readonly number[]>>) {
  const of = (name: string): number => median(times[name] ?? []);
  const cost = {
    oursFew: of('oursFew'),
    oursMany: of('oursMany'),
    plainFew: of('plainFew'),
    plainMany: of('plainMany'),
  };
  return {
    cost,
    loss: { ours: cost.oursMany / cost.oursFew, plain: cost.plainMany / cost.plainFew },
  };
}

async function fillCore(size: number): Promise<Reads> {
  const monitor = new TaskMonitor({ retention: false });
  const ids: string[] = [];
  for (let n = 0; n < size; n++) {
    const { id } = await monitor.register(exampleTask());
    ids.push(id);
    const status = statusOf(n);
    if (status === 'pending') continue;
    await monitor.start(id);
    if (status === 'completed') await monitor.complete(id);
    else if (status === 'failed') await monitor.fail(id, 'The file is empty.');
  }
  const picked = pick(ids);
  return {
    get: (calls) => repeat(calls, (call) => monitor.get(picked(call))),
    stats: (calls) => repeat(calls, () => monitor.stats()),
    count: (calls) => repeat(calls, () => monitor.count('running')),
    list: (calls) => repeat(calls, () => monitor.list({ limit: 50 })),
  };
}

async function fillMap(size: number): Promise<Reads> {
  const tasks = new CountedTasks();
  const ids: string[] = [];
  for (let n = 0; n < size; n++) {
    const { id } = await tasks.register(exampleTask());
    ids.push(id);
    await tasks.change(id, { status: statusOf(n) });
  }
  const picked = pick(ids);
  return {
    get: (calls) => repeat(calls, (call) => tasks.get(picked(call))),
    stats: (calls) => repeat(calls, () => tasks.stats()),
    count: (calls) => repeat(calls, () => tasks.count('running')),
    list: (calls) => repeat(calls, () => tasks.list(50)),
  };
}

/** Of a hundred tasks one is pending, one runs, eight failed. */
function statusOf(n: number): 'pending' | 'running' | 'failed' | 'completed' {
  const place = n % 100;
  if (place === 98) return 'pending';
  if (place === 99) return 'running';
  return place < 8 ? 'failed' : 'completed';
}

/** Random ones of `ids`, drawn beforehand: drawing must not be measured. */
function pick(ids: readonly string[]): (call: number) => string {
  const drawn = Array.from(
    { length: CALLS },
    () => ids[Math.floor(Math.random() * ids.length)] as string,
  );
  return (call) => drawn[call % CALLS] as string;
}

async function repeat(calls: number, read: (call: number) => Promise<unknown>): Promise<void> {
  for (let call = 0; call < calls; call++) await read(call);
}

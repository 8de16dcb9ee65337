import { TaskMonitor } from '@task-monitor/core';
import { PostgresStore } from '@task-monitor/store-postgres';
import type { PostgresServer } from '../../packages/store-postgres/test/postgres-server.js';
import { aHundredJobs, aHundredTasks, multiplyJobs, multiplyTasks } from './a-hundred-tasks.js';
import { BullmqTasks } from './bullmq-tasks.js';
import { byCallersAtWork, lifeCycleOf } from './callers.js';
import { startPostgres } from './postgres-as-installed.js';
import { RedisServer } from './redis-server.js';
import { publish, type Aim, type Row } from './report.js';
import { collectGarbage, sample, type Sample } from './sample.js';
import { readSettings } from './settings.js';
import { inTurns, perSecond, timesAsFast } from './rounds.js';

/**
 * The store that is shared by many machines against the queue that many know: life cycles, and what a screen asks for. A
 * commit in PostgreSQL is on the disk before anybody is told; in Redis it is within a second.
 */
const settings = readSettings(process.argv.slice(2));
const ROUNDS = settings.once ? 1 : 9;
const WARM_UPS = settings.once ? 0 : 2;
const SIZES = settings.once
  ? [{ callers: 50, cycles: 50 }]
  : [
      { callers: 50, cycles: 1_000 },
      { callers: 500, cycles: 2_000 },
    ];
const TASKS = settings.once ? 1_000 : 1_000_000;
const READS = settings.once ? 10 : 300;
const PAGE = 50;
const QUICK_COMMIT = '?options=-c%20synchronous_commit%3Doff';

const rows: Row[] = [];
const aims: Aim[] = [];

if (RedisServer.isInstalled || process.env.CI) {
  const postgres = await startPostgres();
  try {
    const redis = await RedisServer.start();
    try {
      for (const { callers, cycles } of SIZES)
        await lifeCycles(postgres, redis, { callers, cycles });
      await reads(postgres, redis);
    } finally {
      await redis.dispose();
    }
  } finally {
    await postgres.dispose();
  }
  publish({ name: 'bullmq', rows, aims }, settings);
} else {
  console.log('\nbullmq: skipped, as there is no Redis here. Run: apt-get install redis-server');
}

async function lifeCycles(
  postgres: PostgresServer,
  redis: RedisServer,
  { callers, cycles }: { readonly callers: number; readonly cycles: number },
): Promise<void> {
  const monitor = await monitorOf(postgres.connectionString(await postgres.createDatabase()));
  const quick = await monitorOf(
    postgres.connectionString(await postgres.createDatabase()) + QUICK_COMMIT,
  );
  const queue = new BullmqTasks(`by-${callers}`, redis.port, callers);
  const { ours, unsafe, theirs } = await inTurns(ROUNDS, WARM_UPS, {
    ours: () => byCallersAtWork(callers, cycles, () => lifeCycleOf(monitor)),
    unsafe: () => byCallersAtWork(callers, cycles, () => lifeCycleOf(quick)),
    theirs: () => queue.lifeCycles(callers, cycles),
  });
  tell(`life cycles, ${callers} callers`, cycles, ours, theirs, 1);
  tell(`the same, with synchronous_commit off`, cycles, unsafe, theirs);
  await monitor.close();
  await quick.close();
  await queue.close();
}

async function reads(postgres: PostgresServer, redis: RedisServer): Promise<void> {
  const database = await postgres.createDatabase();
  const store = await PostgresStore.open({ connectionString: postgres.connectionString(database) });
  // Its store is closed under it: it would see to it that what it runs is ended, and that is much by then.
  const monitor = new TaskMonitor({ store, retention: false, onError: () => {} });
  await aHundredTasks(monitor);
  await multiplyTasks(postgres, database, TASKS / 100);
  const queue = new BullmqTasks('many', redis.port, 1);
  await aHundredJobs(queue);
  await multiplyJobs(redis.port, 'many', TASKS / 100);
  expect(TASKS * 0.9, await monitor.count('completed'), (await queue.counts()).completed);
  expect(PAGE, (await pageOf(monitor)).length, (await queue.page(PAGE)).length);

  const many = TASKS.toLocaleString('en');
  for (const [what, ours, theirs] of [
    [`counts of ${many}`, () => monitor.stats(), () => queue.counts()],
    [`a page of ${PAGE} of ${many}`, () => pageOf(monitor), () => queue.page(PAGE)],
  ] as const) {
    const times = await inTurns(ROUNDS, WARM_UPS, {
      ours: () => repeat(ours),
      theirs: () => repeat(theirs),
    });
    tell(what, READS, times.ours, times.theirs, 1);
  }
  await store.close();
  await queue.close();
}

function expect(expected: number, ...got: readonly (number | undefined)[]): void {
  if (got.some((count) => count !== expected))
    throw new Error(`Expected ${expected} on both sides, got ${got.join(' and ')}.`);
}

async function pageOf(monitor: TaskMonitor): Promise<readonly unknown[]> {
  return (await monitor.list({ status: 'completed', limit: PAGE })).tasks;
}

/** Of a program that is at work, as the life cycles: what a collection threw away is compiled again by then. */
async function repeat(read: () => Promise<unknown>): Promise<Sample> {
  const all = async (): Promise<void> => {
    for (let call = 0; call < READS; call++) await read();
  };
  collectGarbage();
  await all();
  return sample(all);
}

async function monitorOf(connectionString: string): Promise<TaskMonitor> {
  return new TaskMonitor({ store: await PostgresStore.open({ connectionString }) });
}

function tell(
  what: string,
  count: number,
  ours: readonly Sample[],
  theirs: readonly Sample[],
  atLeast?: number,
): void {
  const ratio = timesAsFast(ours, theirs);
  rows.push({
    'a second': what,
    'PostgreSQL store': perSecond(count, ours),
    'BullMQ on Redis': perSecond(count, theirs),
    'store ÷ BullMQ, median of pairs': ratio,
  });
  if (atLeast !== undefined)
    aims.push({ what: `${what}: store ÷ BullMQ`, measured: ratio, atLeast });
}

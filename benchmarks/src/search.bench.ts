import { TaskMonitor } from '@task-monitor/core';
import { parsedExampleTask } from './example-task.js';
import { publish, type Row } from './report.js';
import { collectGarbage, median } from './sample.js';
import { readSettings } from './settings.js';
import { type Turns, watchTurns } from './turns.js';

/**
 * Searches among a million tasks: how long the first page of `list({ q })` takes where the store's indexes find it, and for how
 * long nothing else gets its turn while tasks are looked at one by one.
 */
const settings = readSettings(process.argv.slice(2));
const TASKS = settings.once ? 2_000 : 1_000_000;
const CALLS = settings.once ? 2 : 101;
const PARENT = 'parent-1';

/** Terms that indexes know: many matches, few and none, alone and with each other. */
const INDEXED = [
  '',
  'status:failed',
  'status:running,pending',
  '-status:completed',
  'type:ingest',
  'type:rare',
  'type:nothing',
  'tag:nightly',
  `parent:${PARENT}`,
  'type:ingest status:failed',
  'tag:retried status:failed',
  'type:ingest tag:nightly',
  'type:embed tag:nightly',
  `type:ingest tag:nightly parent:${PARENT}`,
];

/** Terms for which tasks have to be looked at. */
const FREE = [
  'ingest_worker',
  'nothing-has-this',
  '"nothing has this"',
  'error:empty',
  'meta.request_type:ingest',
  'type:embed nothing-has-this',
  'duration:>1h',
];

const monitor = new TaskMonitor({ retention: false });
await fill();
collectGarbage();

const rows: Row[] = [];
for (const q of INDEXED) rows.push(await firstPages(q));
let longestTurnMs = 0;
for (const q of FREE) {
  const turns = await onlyTurns(() => readPages(q));
  longestTurnMs = Math.max(longestTurnMs, turns.longestTurnMs);
  rows.push(freeRow(q, turns));
}
const atOnce = await onlyTurns(() => Promise.all(FREE.map(readPages)));
rows.push(freeRow('all of these at once', atOnce));
const slowest = Math.max(...rows.map(({ 'median ms': ms }) => (typeof ms === 'number' ? ms : 0)));
publish(
  {
    name: 'search',
    rows,
    aims: [
      { what: 'first page for indexed terms, ms, the slowest', measured: slowest, atMost: 20 },
      {
        what: 'longest turn for free text, ms',
        measured: Math.max(longestTurnMs, atOnce.longestTurnMs),
        atMost: 50,
      },
    ],
  },
  settings,
);
await monitor.close();

async function firstPages(q: string): Promise<Row> {
  const taken: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const startedAt = performance.now();
    await monitor.list({ q });
    taken.push(performance.now() - startedAt);
  }
  return {
    q: q === '' ? '(empty)' : `\`${q}\``,
    'median ms': median(taken),
    'longest ms': Math.max(...taken),
    'longest turn, ms': '',
  };
}

/** Ten pages, or fewer where there are no more: up to 100,000 tasks are looked at. */
async function readPages(q: string): Promise<void> {
  let cursor: string | null = null;
  for (let page = 0; page < 10; page++) {
    ({ nextCursor: cursor } = await monitor.list({ q, cursor }));
    if (cursor === null) return;
  }
}

async function onlyTurns(work: () => Promise<unknown>): Promise<Turns> {
  collectGarbage();
  return watchTurns(work);
}

function freeRow(q: string, { wholeMs, longestTurnMs }: Turns): Row {
  return {
    q: q.includes(' at once') ? q : `\`${q}\`, up to ten pages`,
    'median ms': '',
    'longest ms': wholeMs,
    'longest turn, ms': longestTurnMs,
  };
}

/** Of a hundred tasks one is pending, one runs, eight failed; nearly each has one of two types, and each one of two tags. */
async function fill(): Promise<void> {
  await monitor.register({ id: PARENT });
  for (let n = 0; n < TASKS; n++) {
    const place = n % 100;
    const { id } = await monitor.register({
      ...parsedExampleTask(n),
      type: n % 10_000 === 0 ? 'rare' : n % 2 === 0 ? 'ingest' : 'embed',
      // No `embed` is `nightly`: what both have to be sought among is long, and nothing is found.
      tags: n % 2 === 0 ? ['nightly'] : ['retried'],
      // Without weight: what its parts come to is nobody's question here.
      ...(n % 20 === 0 && { parentId: PARENT, weight: 0 }),
    });
    if (place === 98) continue;
    await monitor.start(id);
    if (place === 99) continue;
    if (place < 8) await monitor.fail(id, 'The file is empty.');
    else await monitor.complete(id);
  }
}

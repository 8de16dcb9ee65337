import { TaskMonitor } from '@task-monitor/core';
import { SqliteStore } from '@task-monitor/store-sqlite';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { byCallers, lifeCycleByHand, lifeCycleOf } from './callers.js';
import { publish, type Aim, type Row } from './report.js';
import { collectGarbage, sample, type Sample } from './sample.js';
import { readSettings } from './settings.js';
import { SqliteByHand } from './sqlite-by-hand.js';
import { recordStatements, SqliteReplay } from './sqlite-replay.js';
import { inTurns, perSecond, timesAsFast } from './rounds.js';

/**
 * Life cycles in a SQLite file, against the least that one writes by hand, and against the very statements that the store
 * executes, without the store: that tells what is lost on the way to SQLite. Every round begins with a file of its own.
 */
type Synchronous = 'full' | 'normal';

const settings = readSettings(process.argv.slice(2));
const ROUNDS = settings.once ? 1 : 11;
const WARM_UPS = settings.once ? 0 : 1;
/** A commit that waits for the disk takes a hundred times as long as one that does not. */
const CYCLES = settings.once ? { full: 5, normal: 50 } : { full: 40, normal: 4_000 };
const CALLERS = 50;
const CYCLES_OF_MANY = settings.once ? CALLERS : 2 * CALLERS;

const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-bench-'));
const rows: Row[] = [];
const aims: Aim[] = [];
try {
  const template = path.join(folder, 'template.db');
  await withMonitor(template, 'normal', lifeCycleOf);
  await oneCaller(template, 'full');
  await oneCaller(template, 'normal');
  await manyCallers(template);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
publish({ name: 'sqlite', rows, aims }, settings);

async function oneCaller(template: string, synchronous: Synchronous): Promise<void> {
  const cycles = CYCLES[synchronous];
  const executed = await recordStatements(() =>
    withMonitor(copyOf(template), 'normal', async (monitor) => {
      await byCallers(1, cycles, () => lifeCycleOf(monitor));
    }),
  );
  const times = await inTurns(ROUNDS, WARM_UPS, {
    store: () => roundOfStore(template, synchronous, 1, cycles),
    replay: async () => {
      const replay = new SqliteReplay(copyOf(template), synchronous, executed);
      collectGarbage();
      const taken = await sample(async () => replay.run());
      // One of them is the template's.
      if (replay.completed() !== cycles + 1) throw new Error('It was not the same again.');
      replay.close();
      return taken;
    },
    hand: () => roundByHand(synchronous, 1, cycles),
  });
  report(`one caller, ${synchronous.toUpperCase()}`, cycles, times);
  aims.push({
    what: `one caller, ${synchronous.toUpperCase()}: store ÷ its statements by hand`,
    measured: timesAsFast(times.store, times.replay),
    atLeast: 0.7,
  });
}

async function manyCallers(template: string): Promise<void> {
  const times = await inTurns(ROUNDS, WARM_UPS, {
    store: () => roundOfStore(template, 'full', CALLERS, CYCLES_OF_MANY),
    hand: () => roundByHand('full', CALLERS, CYCLES_OF_MANY),
  });
  report(`${CALLERS} callers, FULL`, CYCLES_OF_MANY, { ...times, replay: [] });
  aims.push({
    what: `${CALLERS} callers, FULL: store ÷ one commit a change by hand`,
    measured: timesAsFast(times.store, times.hand),
    atLeast: 3,
  });
}

function report(
  what: string,
  cycles: number,
  { store, replay, hand }: Readonly<Record<'store' | 'replay' | 'hand', readonly Sample[]>>,
): void {
  const isReplayed = replay.length > 0;
  rows.push({
    'life cycles a second': what,
    'SQLite store': perSecond(cycles, store),
    'its statements by hand': isReplayed ? perSecond(cycles, replay) : '–',
    'one table by hand': perSecond(cycles, hand),
    'store ÷ its statements': isReplayed ? timesAsFast(store, replay) : '–',
    'by CPU time': isReplayed ? timesAsFast(store, replay, 'cpuMs') : '–',
    'store ÷ one table': timesAsFast(store, hand),
  });
}

async function roundOfStore(
  template: string,
  synchronous: Synchronous,
  callers: number,
  cycles: number,
): Promise<Sample> {
  return withMonitor(copyOf(template), synchronous, (monitor) =>
    byCallers(callers, cycles, () => lifeCycleOf(monitor)),
  );
}

async function roundByHand(
  synchronous: Synchronous,
  callers: number,
  cycles: number,
): Promise<Sample> {
  const tasks = new SqliteByHand(newFile(), synchronous);
  const taken = await byCallers(callers, cycles, () => lifeCycleByHand(tasks));
  tasks.close();
  return taken;
}

/** Everything is on the same driver, also where Node has one of its own. */
async function withMonitor<T>(
  file: string,
  synchronous: Synchronous,
  work: (monitor: TaskMonitor) => Promise<T>,
): Promise<T> {
  const store = await SqliteStore.open({ path: file, synchronous, driver: 'better-sqlite3' });
  const monitor = new TaskMonitor({ store });
  try {
    return await work(monitor);
  } finally {
    await monitor.close();
  }
}

function copyOf(template: string): string {
  const file = newFile();
  copyFileSync(template, file);
  return file;
}

function newFile(): string {
  for (const ending of ['', '-wal', '-shm'])
    rmSync(path.join(folder, `round.db${ending}`), { force: true });
  return path.join(folder, 'round.db');
}

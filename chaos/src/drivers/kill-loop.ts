import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, type Task } from '@task-monitor/core';
import { openBackend } from '../backend.js';
import { callsOf } from '../checker/history.js';
import { checkGrowth } from '../checker/memory.js';
import { residentBytes } from '../memory.js';
import type { Observer } from '../observer.js';
import { Trial } from '../trial.js';
import type { WorkerProcess } from '../worker-process.js';
import type { Driver, DriverOptions, Outcome } from './driver.js';
import { Tally } from './tally.js';

/** So many rounds on one database: what was acknowledged in one has to outlive the kills of those that follow. */
const ROUNDS_PER_DATABASE = 20;

export const killLoop: Driver = {
  name: 'kill-loop',
  what: 'kills two processes at any moment of their first 500 ms of writing 20 tasks at a time',
  stores: ['sqlite', 'postgres'],
  defaults: { rounds: 100, tasks: 20, seconds: 0, afterSeconds: 0 },
  run: runKillLoop,
};

async function runKillLoop(options: DriverOptions): Promise<Outcome> {
  const { store, rounds, seed, deadWithinMs, say } = options;
  const tally = new Tally(say);
  const backend = await openBackend(store);
  let memoryAtFirst: number | null = null;
  try {
    for (let first = 0; first < rounds; first += ROUNDS_PER_DATABASE) {
      const trial = await Trial.begin(backend, seed + first, deadWithinMs);
      try {
        const last = Math.min(rounds, first + ROUNDS_PER_DATABASE);
        for (let round = first; round < last; round++)
          await killRound(trial, round, options, tally);
      } finally {
        await trial.end();
      }
      count(trial.workers, tally);
      // The one process that survives is this: it watched, and ended the tasks of the dead. Once it has done so on one
      // database, all that it needs for that has been loaded and compiled, and others add nothing.
      const memory = residentBytes();
      memoryAtFirst ??= memory;
      tally.violated(checkGrowth('the watcher', memory - memoryAtFirst), `round ${first}`);
      tally.grown(memory - memoryAtFirst);
      say(`${Math.min(rounds, first + ROUNDS_PER_DATABASE)} rounds, ${tally.broken} violations`);
    }
  } finally {
    await backend.dispose();
  }
  return tally.outcome();
}

async function killRound(
  trial: Trial,
  round: number,
  { tasks, deadWithinMs }: DriverOptions,
  tally: Tally,
): Promise<void> {
  await trial.closeObserver();
  const workers = ['a', 'b'].map((letter) =>
    trial.spawn(`r${round}${letter}`, {
      mode: 'random',
      tasks: 1_000_000,
      lanes: Math.ceil(tasks / 2),
      meddles: true,
    }),
  );
  await Promise.all(
    workers.map(async (worker) => {
      await worker.said('opened');
      await sleep(trial.chance.below(500));
      await worker.kill();
    }),
  );
  tally.violated(await trial.checkFiles(), `round ${round}`);
  // Where this process itself had to wait for a processor, that is no delay of the store's.
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const observer = await trial.reopen();
  await allEnded(observer, deadWithinMs);
  delay.disable();
  tally.most('ownDelayMsMax', delay.max / 1e6);
  const { violations, sight } = await trial.check();
  tally.violated(violations, `round ${round}`);
  for (const { at, change } of sight.changes)
    if (change.type === 'task.failed' && change.task.error?.code === 'ORPHANED')
      if (at >= observer.openedAt) tally.most('endedAfterReopenMsMax', at - observer.openedAt);
  tally.most('redacted', redactedIn(sight.tasks));
  await trial.closeObserver();
  const integrity = await trial.integrity();
  tally.expect(integrity === 'ok', `round ${round}: the engine finds ${integrity}`);
  tally.add('rounds');
  if (integrity === 'ok') tally.add('integrityOk');
}

/** How many tasks have something in the place of a secret that was planted in them. */
function redactedIn(tasks: readonly Task[]): number {
  return tasks.filter((task) => JSON.stringify(task).includes('[Redacted]')).length;
}

/** Waits until no task has an owner that died, for as long as that may take. */
async function allEnded({ monitor }: Observer, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs + 1_000;
  for (;;) {
    const { tasks } = await monitor.list({ status: ['pending', 'running'], limit: 1_000 });
    if (tasks.every(({ execution }) => execution.owner === null) || Date.now() > until) return;
    await sleep(20);
  }
}

function count(workers: readonly WorkerProcess[], tally: Tally): void {
  for (const worker of workers) {
    tally.add('kills', worker.killedAt === null ? 0 : 1);
    for (const { answer, refused } of callsOf({
      name: worker.settings.name,
      entries: worker.journal(),
      printed: '',
      death: null,
      wasAway: false,
      ending: null,
    })) {
      if (answer !== null) tally.add('acknowledged');
      else if (!refused) tally.add('unanswered');
      if (answer !== null && isFinished(answer.status)) tally.add('acknowledgedEnds');
    }
  }
}

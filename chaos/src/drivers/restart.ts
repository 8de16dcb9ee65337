import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@task-monitor/core';
import type { PostgresServer } from '../../../packages/store-postgres/test/postgres-server.js';
import type { Chance } from '../chance.js';
import type { Driver } from './driver.js';
import { withServer } from './with-trial.js';

const PROCESSES = 3;

export const restart: Driver = {
  name: 'restart',
  what: 'restarts the server at once and then every --seconds to twice that, down for up to 2 s, until --tasks have ended',
  stores: ['postgres'],
  defaults: { rounds: 1, tasks: 15_000, seconds: 5, afterSeconds: 0 },
  run: (options) =>
    withServer(options, async (trial, tally, { server }) => {
      const everyMs = options.seconds * 1_000;
      const each = Math.ceil(options.tasks / PROCESSES);
      const workers = Array.from({ length: PROCESSES }, (_, index) =>
        trial.spawn(`p${index + 1}`, { mode: 'steadfast', tasks: each, lanes: 4 }),
      );
      await Promise.all(workers.map((worker) => worker.said('opened')));
      let isOver = false;
      // The first one early, so that however few the tasks are some of them meet it.
      let waitMs = trial.chance.below(200);
      const all = Promise.all(workers.map((worker) => worker.exited)).then(() => (isOver = true));
      while (!isOver) {
        await Promise.race([all, sleep(waitMs)]);
        if (isOver) break;
        waitMs = everyMs + trial.chance.below(everyMs);
        await restarted(server, trial.chance);
        tally.add('restarts');
        options.say(
          `${(await trial.observer.monitor.stats().catch(() => null))?.totalTasks} tasks`,
        );
      }
      const { violations, sight } = await trial.check();
      tally.violated(violations, 'restart');
      const right = rightEnds(sight.tasks);
      tally.add('tasks', each * PROCESSES);
      tally.add('right', right);
      tally.add('besides', sight.tasks.length - right);
      tally.expect(right === each * PROCESSES, `${right} of ${each * PROCESSES} ended as meant`);
    }),
};

async function restarted(server: PostgresServer, chance: Chance): Promise<void> {
  const how = chance.of(['fast', 'immediate', 'kill'] as const);
  await (how === 'kill' ? server.kill() : server.stop(how));
  await sleep(chance.below(2_000));
  for (;;) {
    try {
      return await server.start();
    } catch {
      // What a killed server left behind ends by itself, and is waited for.
      await sleep(100);
    }
  }
}

/** How many lives ended as they were meant to. One whose registration nobody learned of may be there a second time. */
function rightEnds(tasks: readonly Task[]): number {
  const right = new Set<string>();
  for (const { type, status, metadata } of tasks)
    if (status === metadata['meant']) right.add(JSON.stringify([type, metadata['life']]));
  return right.size;
}

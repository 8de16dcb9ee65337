import { TaskMonitor } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';
import { SqliteStore } from '@task-monitor/store-sqlite';
import { openBackend } from '../backend.js';
import { Chance } from '../chance.js';
import type { Driver, Outcome } from './driver.js';
import { Tally } from './tally.js';

const MONITORS = 3;
const HOUR_MS = 3_600_000;

export const jump: Driver = {
  name: 'jump',
  what: 'sets the wall clock of a machine forth or back by an hour, again and again (a fake clock)',
  // Where leases run on the clock of a server, that of a process has no say.
  stores: ['sqlite'],
  defaults: { rounds: 100, tasks: 30, seconds: 0, afterSeconds: 0 },
  run: async ({ rounds, seed, tasks, say }): Promise<Outcome> => {
    const tally = new Tally(say);
    const chance = new Chance(seed);
    const backend = await openBackend('sqlite');
    const path = (await backend.createDatabase()).slice('sqlite:'.length);
    const clock = new FakeClock();
    const opened = await Promise.all(
      Array.from({ length: MONITORS }, async () => {
        const store = await SqliteStore.open({ path, clock, onWarning: () => {} });
        const monitor = new TaskMonitor({ store, clock, retention: false, onError: () => {} });
        return { store, monitor };
      }),
    );
    try {
      const ids: string[] = [];
      for (const { monitor } of opened)
        for (let count = 0; count < tasks; count++) {
          const { id } = await monitor.register();
          await monitor.start(id);
          ids.push(id);
        }
      const pass = async (seconds: number): Promise<void> => {
        for (let second = 0; second < seconds; second++) {
          await clock.advanceAsync(1_000);
          // What the timers began is in the file before time goes on: a write waits for those before it.
          for (const { store } of opened) await store.releaseLease('nobody');
        }
      };
      await pass(20);
      for (let round = 1; round <= rounds; round++) {
        await pass(chance.below(20));
        clock.jumpWall(chance.of([HOUR_MS, -HOUR_MS]));
        await pass(50);
        const running = await opened[0]?.monitor.count('running');
        tally.expect(running === ids.length, `round ${round}: ${running} of ${ids.length} run on`);
        tally.add('jumps');
      }
      tally.add('tasks', ids.length);
    } finally {
      for (const { monitor } of opened) await monitor.close();
      await backend.dispose();
    }
    return tally.outcome();
  },
};

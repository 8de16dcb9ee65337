import { createInterface } from 'node:readline';
import { TaskMonitor } from '@task-monitor/core';
import { FaultStore } from '@task-monitor/core/testing';
import { Chance } from './chance.js';
import { HeldTasks } from './held-tasks.js';
import { Journal } from './journal.js';
import { residentBytes } from './memory.js';
import { RandomProgram } from './random-program.js';
import { SteadfastProgram } from './steadfast-program.js';
import { openTarget } from './target.js';
import type { WorkerSettings } from './worker-settings.js';

/** The process that is killed, stopped and cut off: it does its work, says how far it is, and ends by itself. */
const settings = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const journal = new Journal(settings.journal);

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    journal.write({ kind: 'note', what: 'uncaught', text });
    process.stderr.write(`${text}\n`);
    process.exit(70);
  });

const lines = createInterface({ input: process.stdin });
// Whoever started it is gone, and nobody would learn what becomes of it.
process.stdin.once('end', () => process.exit(1));
const finish = new Promise<void>((resolve) => {
  lines.on('line', (line) => line === 'finish' && resolve());
});

const chance = new Chance(settings.seed);
const store = new FaultStore(await openTarget(settings.target));
const lateAnswers = setInterval(() => store.release(), 20);
if (settings.faultPercent > 0)
  store.setRandom({
    rate: settings.faultPercent / 100,
    seed: settings.seed,
    faults: ['failBefore', 'failAfter', 'delay', 'hang'],
  });
const monitor = new TaskMonitor({
  store,
  retention: false,
  // Some report as often as they like, some as seldom as is usual.
  progressIntervalMs: chance.of([0, 250]),
  onError: (error, where) =>
    journal.write({ kind: 'note', what: 'trouble', text: `${where}: ${String(error)}` }),
});
journal.write({ kind: 'note', what: 'opened' });
journal.write({ kind: 'memory', residentBytes: residentBytes() });
console.log('opened');
await work();
journal.write({ kind: 'memory', residentBytes: residentBytes() });
console.log('done');
store.setRandom(null);
await monitor.close();
journal.write({ kind: 'note', what: 'closed' });
console.log('closed');
clearInterval(lateAnswers);
// All that still held this process was its standard input.
lines.close();
process.stdin.destroy();

async function work(): Promise<void> {
  const options = { ...settings, monitor, journal, chance };
  switch (settings.mode) {
    case 'random': {
      const program = new RandomProgram(options);
      void finish.then(() => program.stop());
      return program.run();
    }
    case 'steadfast':
      return new SteadfastProgram(options).run();
    case 'hold': {
      const held = new HeldTasks(options);
      await held.start();
      console.log('holding');
      const reporting = held.report();
      await finish;
      await held.finish();
      return reporting;
    }
    case 'open':
      return finish;
  }
}

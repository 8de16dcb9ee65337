import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import { FaultStore } from '@task-monitor/core/testing';
import { Chance } from '../chance.js';
import { check } from '../checker/checker.js';
import { callsOf, type ProcessHistory } from '../checker/history.js';
import { Journal, readJournal } from '../journal.js';
import { Observer } from '../observer.js';
import { RandomProgram } from '../random-program.js';
import type { Driver, DriverOptions, Outcome } from './driver.js';
import { Tally } from './tally.js';
import { withTrial } from './with-trial.js';

export const faults: Driver = {
  name: 'faults',
  what: 'lets one call of the store in ten fail before, fail after, come late or never be answered',
  stores: ['sqlite', 'postgres', 'memory'],
  defaults: { rounds: 1, tasks: 10_000, seconds: 0, afterSeconds: 0 },
  run: (options) => (options.store === 'memory' ? inMemory(options) : inProcesses(options)),
};

function inProcesses(options: DriverOptions): Promise<Outcome> {
  return withTrial(options, async (trial, tally) => {
    const workers = ['p', 'q'].map((name) =>
      trial.spawn(name, {
        mode: 'random',
        tasks: Math.ceil(options.tasks / 2),
        lanes: 100,
        meddles: true,
        faultPercent: 10,
      }),
    );
    await Promise.all(workers.map((worker) => worker.exited));
    const { violations, sight } = await trial.check();
    tally.violated(violations, 'faults');
    tally.add('tasks', sight.tasks.length);
    for (const worker of workers) {
      const entries = worker.journal();
      const { name } = worker.settings;
      count(
        { name, entries, printed: worker.printed, death: null, wasAway: false, ending: null },
        tally,
      );
    }
  });
}

/** The same in this very process, which nobody can kill: there is nothing of it that would be left. */
async function inMemory({ tasks, seed, say }: DriverOptions): Promise<Outcome> {
  const tally = new Tally(say);
  const chance = new Chance(seed);
  const kept = new MemoryStore({ changes: 1_000_000 });
  const observer = await Observer.on(kept, chance);
  const folder = mkdtempSync(join(tmpdir(), 'task-monitor-chaos-'));
  const path = join(folder, 'p.jsonl');
  const journal = new Journal(path);
  const store = new FaultStore(kept);
  store.setRandom({ rate: 0.1, seed, faults: ['failBefore', 'failAfter', 'delay', 'hang'] });
  const lateAnswers = setInterval(() => store.release(), 20);
  try {
    const monitor = new TaskMonitor({
      store,
      closeStore: false,
      retention: false,
      onError: () => {},
    });
    const options = { monitor, journal, name: 'p', chance, tasks, lanes: 200, meddles: true };
    await new RandomProgram(options).run();
    store.setRandom(null);
    await monitor.close();
    const entries = readJournal(path);
    const process = { name: 'p', entries, printed: '', death: null, wasAway: false, ending: null };
    const sight = await observer.sight();
    tally.violated(check({ processes: [process], ...sight }), 'faults');
    count(process, tally);
    tally.add('tasks', sight.tasks.length);
  } finally {
    clearInterval(lateAnswers);
    await observer.close();
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return tally.outcome();
}

function count(process: ProcessHistory, tally: Tally): void {
  const calls = callsOf(process);
  tally.add('calls', calls.length);
  tally.add('unknown', calls.filter(({ answer, refused }) => !answer && !refused).length);
}

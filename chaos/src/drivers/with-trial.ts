import { type Backend, openBackend, postgresBackend, type PostgresBackend } from '../backend.js';
import { growthOf } from '../checker/memory.js';
import { Trial } from '../trial.js';
import type { DriverOptions, Outcome } from './driver.js';
import { Tally } from './tally.js';

/** A driver that needs one database: whatever happens, nothing of it is left behind. */
export async function withTrial(
  options: DriverOptions,
  body: (trial: Trial, tally: Tally, backend: Backend) => Promise<void>,
): Promise<Outcome> {
  return onBackend(await openBackend(options.store), options, body);
}

/** As {@link withTrial}, with a server that may be killed. */
export async function withServer(
  options: DriverOptions,
  body: (trial: Trial, tally: Tally, backend: PostgresBackend) => Promise<void>,
): Promise<Outcome> {
  return onBackend(await postgresBackend(), options, body);
}

async function onBackend<B extends Backend>(
  backend: B,
  { seed, deadWithinMs, say }: DriverOptions,
  body: (trial: Trial, tally: Tally, backend: B) => Promise<void>,
): Promise<Outcome> {
  const tally = new Tally(say);
  try {
    const trial = await Trial.begin(backend, seed, deadWithinMs);
    try {
      await body(trial, tally, backend);
    } finally {
      await trial.end();
    }
    tally.violated(await trial.checkFiles(), 'afterwards');
    for (const worker of trial.workers) tally.grown(growthOf({ entries: worker.journal() }));
    const integrity = await trial.integrity();
    tally.expect(integrity === 'ok', `the engine finds ${integrity}`);
  } finally {
    await backend.dispose();
  }
  return tally.outcome();
}

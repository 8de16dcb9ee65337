import { describeTaskMonitorModel } from '@task-monitor/core/testing';
import * as fastCheck from 'fast-check';
import { DRIVERS } from './drivers.js';
import { openWith } from './opened.js';
import { QUICK_DISK } from './temporary-folder.js';

/** More runs than CI has time for: `MODEL_RUNS=100000`; one that failed again: the other three, as it was reported. */
const { MODEL_RUNS, MODEL_SEED, MODEL_PATH = '', MODEL_REPLAY_PATH = '' } = process.env;

for (const driver of DRIVERS)
  describeTaskMonitorModel(`SqliteStore by ${driver}`, openWith({ driver }, QUICK_DISK), {
    fastCheck,
    runs: Number(MODEL_RUNS ?? 2_000),
    // They wait for each other's changes most of the time, which another process may have made.
    atOnce: 8,
    ...(MODEL_SEED && {
      replay: { seed: Number(MODEL_SEED), path: MODEL_PATH, replayPath: MODEL_REPLAY_PATH },
    }),
  });

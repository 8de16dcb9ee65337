import { describeTaskMonitorModel } from '@task-monitor/core/testing';
import * as fastCheck from 'fast-check';
import { DRIVERS } from './drivers.js';
import { openWith } from './opened.js';

/** More runs than CI has time for: `MODEL_RUNS=2000`. */
const runs = Number(process.env.MODEL_RUNS ?? 100);

// The model is about what a store answers, not about what the disk holds: the quick way of writing will do.
for (const driver of DRIVERS)
  describeTaskMonitorModel(
    `SqliteStore by ${driver}`,
    openWith({ driver, synchronous: 'normal' }),
    { fastCheck, runs },
  );

import { describeTaskMonitorModel } from '@task-monitor/core/testing';
import * as fastCheck from 'fast-check';
import { DRIVERS } from './drivers.js';
import { openWith } from './opened.js';
import { QUICK_DISK } from './temporary-folder.js';

/** More runs than CI has time for: `MODEL_RUNS=2000`. */
const runs = Number(process.env.MODEL_RUNS ?? 200);

for (const driver of DRIVERS)
  describeTaskMonitorModel(`SqliteStore by ${driver}`, openWith({ driver }, QUICK_DISK), {
    fastCheck,
    runs,
  });

import type { TaskMonitor } from '@task-monitor/core';
import { ExitGuard } from './exit-guard.js';
import { UsageSampler } from './usage-sampler.js';

/** What all children of one monitor share. */
export interface SharedByChildren {
  readonly exitGuard: ExitGuard;
  readonly sampler: UsageSampler;
}

/**
 * The only state that a module of this package holds, and it belongs to the monitors, which still never meet: each has
 * an entry of its own that goes when the monitor does. It is kept here because a monitor knows nothing of processes.
 */
const shared = new WeakMap<TaskMonitor, SharedByChildren>();

export function sharedByChildrenOf(monitor: TaskMonitor): SharedByChildren {
  let ours = shared.get(monitor);
  if (ours === undefined) {
    ours = { exitGuard: new ExitGuard(), sampler: new UsageSampler() };
    shared.set(monitor, ours);
  }
  return ours;
}

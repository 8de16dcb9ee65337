import { AsyncLocalStorage } from 'node:async_hooks';
import type { RunContext } from './run-context.js';

/** What the running code belongs to. */
export interface Current {
  /** The functions of one monitor, as a mark: another monitor's are strangers. */
  readonly runs: object;
  readonly context: RunContext;
  /** The step that it is in. */
  readonly step: string | null;
}

/** The one place that knows which task the running code belongs to. Holds no state of a monitor. */
const storage = new AsyncLocalStorage<Current>();

/**
 * The task that the calling code is run by, however deep inside of it; inside of a step, with `progress` and `step` of
 * that step. `undefined` outside of any.
 *
 * @example
 * currentTask()?.progress({ current: page, total: pages });
 */
export function currentTask(): RunContext | undefined {
  return storage.getStore()?.context;
}

export function current(): Current | undefined {
  return storage.getStore();
}

/** Calls `work` as belonging to `place`, and so everything that it calls or that goes on because of it. */
export function within<T>(place: Current, work: (context: RunContext) => T): T {
  return storage.run(place, work, place.context);
}

import { isTaskMonitorError } from '@task-monitor/core';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than any outage that is made here. */
const PATIENCE_MS = 20 * 60_000;

/** Calls again while the store is away: what a caller does who will not give up. */
export async function persist<T>(call: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const passes = isTaskMonitorError(error) && error.code === 'STORE_UNAVAILABLE';
      if (!passes || Date.now() > until) throw error;
      await sleep(20);
    }
  }
}

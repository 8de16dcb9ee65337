import type { Clock } from './clock.js';
import { CoalescedProgress } from './coalesced-progress.js';
import { DeadlineStore } from './deadline-store.js';
import { TaskMonitorError } from './errors.js';
import { ForwardingStore } from './forwarding-store.js';
import { MemoryStore, writesOf } from './memory/memory-store.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import type { RetentionOptions } from './retention.js';
import type { TaskStore } from './store.js';
import type { TaskWrites } from './task-writes.js';

/** Four writes a second and task: a bar that moves smoothly for the eye. */
const PROGRESS_INTERVAL_MS = 250;

/** The store as a monitor uses it. */
export interface MonitorStore {
  readonly store: TaskStore;
  /** The same store, as it is written to: one in memory that nobody else has does that at once. */
  readonly writes: TaskWrites;
  /** The layer of it that holds back progress; `null` where every report is written. */
  readonly progress: CoalescedProgress | null;
  /** Where its tasks are kept, if that is in memory. */
  readonly memory: MemoryStore | null;
}

/**
 * The store that was given, or one in memory, with what stands between it and the monitor: what is in memory answers at
 * once, anything else may be away, and each of its writes is a commit.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS
 */
export function monitorStore(
  options: TaskMonitorOptions,
  clock: Clock,
  onError: (error: unknown) => void,
): MonitorStore {
  const { retention = {} } = options;
  const given = options.store
    ? withOwnLimits(options.store, retention)
    : memoryStoreFor(retention, clock);
  const bounded = given instanceof MemoryStore ? given : new DeadlineStore(given, clock);
  const memory = memoryOf(given);
  const { progressIntervalMs = memory !== null ? 0 : PROGRESS_INTERVAL_MS } = options;
  if (progressIntervalMs === 0) {
    const isOwn = options.store === undefined && memory !== null;
    const writes = isOwn ? writesOf(memory) : bounded;
    return { store: bounded, writes, progress: null, memory };
  }
  const progress = new CoalescedProgress(bounded, clock, progressIntervalMs, onError);
  return { store: progress, writes: progress, progress, memory };
}

function memoryStoreFor(retention: RetentionOptions | false, clock: Clock): MemoryStore {
  if (retention === false) {
    const noLimit = Number.MAX_SAFE_INTEGER;
    return new MemoryStore({ maxFinished: noLimit, maxBytes: noLimit, clock });
  }
  const { maxFinished, maxBytes } = retention;
  return new MemoryStore({
    ...(maxFinished !== undefined && { maxFinished }),
    ...(maxBytes !== undefined && { maxBytes }),
    clock,
  });
}

function withOwnLimits(store: TaskStore, retention: RetentionOptions | false): TaskStore {
  if (retention === false || retention.maxBytes === undefined) return store;
  throw new TaskMonitorError(
    'INVALID_OPTIONS',
    '`retention.maxBytes` is for the store that TaskMonitor makes itself. Give it to yours instead: `new MemoryStore({ maxBytes })`.',
    { details: { option: 'maxBytes' } },
  );
}

function memoryOf(store: TaskStore): MemoryStore | null {
  const kept = store instanceof ForwardingStore ? store.innermost : store;
  return kept instanceof MemoryStore ? kept : null;
}

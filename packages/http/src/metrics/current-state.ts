import {
  type Health,
  MAX_PAGE,
  type Task,
  type TaskMonitor,
  type Vitals,
} from '@task-monitor/core';

/** How things stand at the moment of a scrape. */
export interface CurrentState {
  readonly vitals: Vitals;
  /** What is `null` was not answered. */
  readonly tasks: ActiveState | null;
  readonly streams: number;
}

export interface ActiveState {
  readonly oldestPendingSeconds: number;
  readonly longestRunningSeconds: number;
  /** How many running tasks are in each state; of more than 1,000 those that were made first. */
  readonly health: Readonly<Record<Health['state'], number>>;
}

/** A few reads by an index, none of them of all tasks. */
export async function currentState(monitor: TaskMonitor, streams: number): Promise<CurrentState> {
  const vitals = await monitor.vitals();
  // A store that is away would be waited for once more by each of these.
  const tasks = vitals.store.reachable ? await activeState(monitor).catch(() => null) : null;
  return { vitals, tasks, streams };
}

async function activeState(monitor: TaskMonitor): Promise<ActiveState> {
  const [pending, running] = await Promise.all([
    monitor.list({ status: 'pending', limit: 1 }),
    monitor.list({ status: 'running', limit: MAX_PAGE }),
  ]);
  const healths = await monitor.healthAll(running.tasks);
  const health = { ok: 0, quiet: 0, stalled: 0 };
  for (const judged of healths) if (judged !== null) health[judged.state]++;
  const now = Date.now();
  return {
    oldestPendingSeconds: ageOfOldest(pending.tasks, ({ createdAt }) => createdAt, now),
    longestRunningSeconds: ageOfOldest(running.tasks, ({ startedAt }) => startedAt, now),
    health,
  };
}

/** 0 where there is none. */
function ageOfOldest(
  tasks: readonly Task[],
  beginOf: (task: Task) => number | null,
  now: number,
): number {
  const begins = tasks.map((task) => beginOf(task) ?? now);
  return Math.max(0, now - Math.min(now, ...begins)) / 1_000;
}

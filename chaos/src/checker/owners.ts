import { ACTIVE_STATUSES, type Task } from '@task-monitor/core';
import type { History, ProcessHistory, Violation } from './history.js';

/** The tasks of the dead are ended in time, and nobody else's are called orphaned. */
export function checkOwners(history: History): readonly Violation[] {
  const violations: Violation[] = [];
  const broken = (invariant: string, what: string): void =>
    void violations.push({ invariant, what });
  const { processes, tasks, changes, readAt } = history;
  const ownerOf = (task: Task): ProcessHistory | undefined =>
    processes.find(({ name }) => task.id.startsWith(`${name}-`));
  const told = new Set<string>();
  for (const { change, at } of changes) {
    if (change.type !== 'task.failed' || change.task.error?.code !== 'ORPHANED') continue;
    const { id } = change.task;
    const owner = ownerOf(change.task);
    told.add(id);
    if (owner === undefined || owner.wasAway) continue;
    const { death } = owner;
    if (death === null) broken('I6', `${id} was called orphaned while its process lived`);
    else if (at < death.at)
      broken('I6', `${id} was called orphaned ${death.at - at} ms before its process died`);
    else if (at > dueAt(owner))
      broken('I5', `${id} was ended ${at - dueAt(owner)} ms later than promised`);
  }
  for (const task of tasks) {
    const owner = ownerOf(task);
    if (owner === undefined) continue;
    const { status, execution, error, id } = task;
    const isActive = (ACTIVE_STATUSES as readonly string[]).includes(status);
    if (isActive && execution.owner !== null && readAt > dueAt(owner))
      broken('I5', `${id} is ${status} ${readAt - dueAt(owner)} ms longer than promised`);
    const isOrphaned = error?.code === 'ORPHANED' && !told.has(id);
    if (isOrphaned && owner.death === null && !owner.wasAway)
      broken('I6', `${id} is orphaned, and its process lived`);
  }
  return violations;
}

function dueAt({ death }: ProcessHistory): number {
  return death === null ? Infinity : Math.max(death.at, death.watchedFrom) + death.withinMs;
}

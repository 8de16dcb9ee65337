import { type Change, isFinished, type TaskStatus } from '@task-monitor/core';
import { readMark } from '../mark.js';
import type { History, Violation } from './history.js';

const ENDS: readonly string[] = ['task.completed', 'task.failed', 'task.cancelled'];

interface Last {
  readonly version: number;
  readonly status: TaskStatus;
  readonly type: Change['type'];
  readonly message: string | null;
}

/** A task has one end, its versions rise one by one, no call is done twice, and what was removed stays so. */
export function checkChanges({ changes, tasks, reset }: History): readonly Violation[] {
  const violations: Violation[] = [];
  const broken = (invariant: string, what: string): void =>
    void violations.push({ invariant, what });
  const last = new Map<string, Last>();
  const outputs = new Set<string>();
  const ends = new Map<string, number>();
  const removed = new Set<string>();
  for (const { change } of changes) {
    if (change.type === 'task.removed') {
      for (const id of change.ids) removed.add(id);
      continue;
    }
    const { id, version, status } = change.task;
    const before = last.get(id);
    if (removed.has(id)) broken('I2', `${id} changed (${change.type}) after it was removed`);
    if (before !== undefined) {
      if (version <= before.version) broken('I3', `${id}: v${version} after v${before.version}`);
      else if (version > before.version + 1 && !reset)
        broken('I3', `${id}: v${version} after v${before.version}, and nothing between`);
      if (isFinished(before.status) && status !== before.status)
        broken('I2', `${id}: ${status} after ${before.status}`);
    } else if (version !== 1 && !reset) {
      broken('I3', `${id}: its first change is v${version}`);
    }
    if (change.type === 'task.output') {
      for (const { text } of change.lines) {
        if (readMark(text) !== null && outputs.has(text))
          broken('I4', `${id}: "${text}" was written twice`);
        outputs.add(text);
      }
    } else if (change.type === 'task.progress' && status === 'running') {
      const message = change.task.progress?.message ?? null;
      if (readMark(message) !== null && message === before?.message && before.type === change.type)
        broken('I4', `${id}: ${message} was written twice`);
    }
    if (ENDS.includes(change.type)) ends.set(id, (ends.get(id) ?? 0) + 1);
    last.set(id, {
      version,
      status,
      type: change.type,
      message: change.task.progress?.message ?? null,
    });
  }
  for (const [id, times] of ends)
    if (times !== 1) broken('I2', `${id} was told to have ended ${times} times`);
  if (reset) return violations;
  for (const { id, status } of tasks)
    if (isFinished(status) && !ends.has(id)) broken('I2', `${id} is ${status}, and no change told`);
  return violations;
}

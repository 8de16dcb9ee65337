import { isFinished } from '@task-monitor/core';
import { callsOf, type History, type Violation } from './history.js';

/** What was answered is there: an end that was acknowledged is neither lost nor changed, and no write is. */
export function checkAnswers({ processes, tasks, changes }: History): readonly Violation[] {
  const kept = new Map(tasks.map((task) => [task.id, task]));
  const removed = new Set(
    changes.flatMap(({ change }) => (change.type === 'task.removed' ? change.ids : [])),
  );
  const violations: Violation[] = [];
  const lost = (what: string): void => void violations.push({ invariant: 'I1', what });
  const calls = processes.flatMap(callsOf);
  const asked = new Set(calls.filter(({ verb }) => verb === 'remove').map(({ id }) => id));
  for (const id of removed) if (!asked.has(id)) lost(`${id} was removed, and nobody asked for it`);
  for (const { process, op, verb, id, answer } of calls) {
    if (answer === null) continue;
    const said = `${process}#${op} (${verb} ${id}) was answered ${answer.status} v${answer.version}`;
    const task = kept.get(id);
    if (verb === 'remove') {
      if (task !== undefined) lost(`${said}, and it is kept`);
    } else if (task === undefined) {
      if (!removed.has(id)) lost(`${said}, and it is not kept`);
    } else if (isFinished(answer.status) && task.status !== answer.status) {
      lost(`${said}, and it is ${task.status}`);
    } else if (verb !== 'progress' && task.version < answer.version) {
      // Reports are collected before they are written, and may be answered before.
      lost(`${said}, and it is v${task.version}`);
    }
  }
  return violations;
}

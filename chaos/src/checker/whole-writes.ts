import { isFinished, type Task } from '@task-monitor/core';
import { readMark } from '../mark.js';
import { type Call, callsOf, type History, type Violation } from './history.js';

/**
 * Every call is done whole or not at all, whether it was answered or not; one that was refused is not done. Each leaves its
 * mark in several fields of the task: they have to agree, and to name a call that was made on that task.
 */
export function checkWholeWrites({ processes, tasks, outputs }: History): readonly Violation[] {
  const violations: Violation[] = [];
  const broken = (what: string): void => void violations.push({ invariant: 'I4', what });
  const calls = new Map<string, Call>(
    processes.flatMap(callsOf).map((call) => [`${call.process}#${call.op}`, call]),
  );
  const callOf = (text: unknown): Call | undefined => calls.get(readMark(text)?.mark ?? '');
  const expectCall = (text: unknown, id: string, verbs: readonly string[]): void => {
    const call = callOf(text);
    if (call === undefined || call.id !== id || !verbs.includes(call.verb))
      broken(`${id} has the mark ${String(text)}, which is no such call on it`);
    else if (call.refused) broken(`${id} has the mark ${String(text)}, a call that was refused`);
  };
  for (const task of tasks) {
    const { id, status, result, error, progress, execution } = task;
    for (const what of misfits(task)) broken(`${id} is ${status} and ${what}`);
    if (result !== null) {
      const { mark, again } = result as { readonly mark?: unknown; readonly again?: unknown };
      if (mark !== again) broken(`${id}: half a result`);
      expectCall(mark, id, ['complete', 'end']);
      const byHand = callOf(mark)?.verb === 'complete';
      if (byHand && readMark(progress?.message) !== null && progress?.message !== mark)
        broken(`${id}: the result of ${String(mark)} and the progress of ${progress?.message}`);
    }
    // A function that could not be called, as the store was away, fails with a message of the store.
    const isOwnError = execution.driver === 'caller' || readMark(error?.message) !== null;
    if (error?.code === 'ERROR' && isOwnError) expectCall(error.message, id, ['fail', 'end']);
    const reported = readMark(progress?.message);
    if (reported !== null && progress?.current !== reported.op)
      broken(`${id}: the message of ${progress?.message} and the count ${progress?.current}`);
    if (reported !== null) expectCall(progress?.message, id, ['progress', 'complete']);
    const { cancel } = execution;
    if (readMark(cancel?.reason) !== null) {
      if (cancel?.reason !== cancel?.requestedBy) broken(`${id}: half a cancellation`);
      expectCall(cancel?.reason, id, ['cancel']);
    }
    if ('mark' in task.metadata && task.metadata['mark'] !== task.name)
      broken(`${id}: half a registration`);
  }
  for (const [id, lines] of outputs) {
    for (const [mark, parts] of partsOf(lines)) {
      if (parts !== '1/3 2/3 3/3') broken(`${id}: the output of ${mark} is ${parts}`);
      expectCall(mark, id, ['log']);
    }
  }
  return violations;
}

/** What its fields say that its status denies. */
function misfits({ status, startedAt, completedAt, error, execution }: Task): readonly string[] {
  const { endedBy, owner, cancel } = execution;
  const over = isFinished(status);
  return [
    ...((completedAt !== null) === over ? [] : ['its completedAt says otherwise']),
    ...((endedBy !== null) === over ? [] : ['its endedBy says otherwise']),
    ...((error !== null) === (status === 'failed') ? [] : ['its error says otherwise']),
    ...(status !== 'running' || (startedAt !== null && owner !== null) ? [] : ['was not started']),
    ...(status !== 'cancelled' || cancel !== null ? [] : ['nobody cancelled it']),
  ];
}

function partsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const line of lines) {
    const { mark } = readMark(line) ?? {};
    if (mark === undefined) continue;
    const part = line.split(' ').pop() ?? '';
    const before = parts.get(mark);
    parts.set(mark, before === undefined ? part : `${before} ${part}`);
  }
  return parts;
}

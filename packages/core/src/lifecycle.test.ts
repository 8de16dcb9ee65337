import { ALLOWED_FROM, invalidTransition, judge } from './lifecycle.js';
import { FINISHED_STATUSES, type Task } from './task.js';
import { newTask, patchTask } from './task-patch.js';
import { aNewTask } from './testing/builders.js';

const pending = newTask(aNewTask({ id: 'a1' }), 1);
const running = patchTask(pending, { status: 'running' });
const ended = (status: 'completed' | 'failed' | 'cancelled', monitor: string): Task =>
  patchTask(running, {
    status,
    endedBy: { cause: status === 'cancelled' ? 'cancel' : 'caller', monitor },
  });

describe('ALLOWED_FROM', () => {
  it('lets nothing move a finished task', () => {
    for (const from of Object.values(ALLOWED_FROM)) {
      for (const status of FINISHED_STATUSES) expect(from).not.toContain(status);
    }
  });
});

describe('judge', () => {
  it('takes the repetition of an own end for a repetition, and another end for a mistake', () => {
    expect(judge('complete', ended('completed', 'me'), 'me')).toBe('repeat');
    expect(judge('fail', ended('failed', 'me'), 'me')).toBe('repeat');
    expect(judge('fail', ended('completed', 'me'), 'me')).toBe('refuse');
    expect(judge('complete', ended('failed', 'me'), 'me')).toBe('refuse');
  });

  it('takes an end that comes after somebody else ended the task for late', () => {
    expect(judge('complete', ended('completed', 'other'), 'me')).toBe('late');
    expect(judge('complete', ended('cancelled', 'me'), 'me')).toBe('late');
    expect(judge('fail', ended('cancelled', 'other'), 'me')).toBe('late');
    expect(judge('complete', patchTask(running, { status: 'failed' }), 'me')).toBe('late');
  });
});

describe('invalidTransition', () => {
  it('says what, which task, its state, and what to do', () => {
    const messages = [
      invalidTransition('complete', pending),
      invalidTransition('progress', pending),
      invalidTransition('start', running),
      invalidTransition('start', ended('cancelled', 'me')),
      invalidTransition('cancel', ended('completed', 'me')),
      invalidTransition('remove', running),
    ].map(({ message }) => message);
    expect(messages).toEqual([
      'Cannot complete task "a1": it is pending. Call start first.',
      'Cannot report progress of task "a1": it is pending. Call start first.',
      'Cannot start task "a1": it is running. It was started before; start a task once.',
      'Cannot start task "a1": it is cancelled. A finished task never changes.',
      'Cannot cancel task "a1": it is completed. A finished task never changes.',
      'Cannot remove task "a1": it is running. Cancel it first; only finished tasks can be removed.',
    ]);
    expect(invalidTransition('complete', pending)).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { id: 'a1', status: 'pending', verb: 'complete' },
    });
  });
});

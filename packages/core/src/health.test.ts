import { judgeHealth, type Signs } from './health.js';
import { newTask } from './task-patch.js';
import type { Task } from './task.js';
import { aNewTask, CREATED_AT } from './testing/builders.js';

const TASK: Task = { ...newTask(aNewTask(), 1), status: 'running', startedAt: CREATED_AT };
const MINUTE = 60_000;

/** Of a task that moved `silentMs` ago, after it had run for an hour and moved every 10 s. */
function signs(silentMs: number, given: Partial<Signs> = {}): Signs {
  const movedAt = CREATED_AT + 60 * MINUTE;
  return {
    task: TASK,
    now: movedAt + silentMs,
    movedAt,
    silentMs,
    awakeMs: Infinity,
    usualGapMs: 10_000,
    durations: [],
    owner: { state: 'held', renewedMsAgo: 3_000, remainingMs: 27_000 },
    ...given,
  };
}

describe('judgeHealth', () => {
  it('is ok while the task moves', () => {
    expect(judgeHealth(signs(4_000))).toEqual({
      state: 'ok',
      evidence: 'Moved 4 s ago.',
      since: null,
    });
    expect(judgeHealth(signs(MINUTE)).state).toBe('ok');
  });

  it('is ok of a task that was just started', () => {
    const task = { ...TASK, startedAt: CREATED_AT + 60 * MINUTE };
    expect(judgeHealth(signs(12_000, { task, usualGapMs: null }))).toEqual({
      state: 'ok',
      evidence: 'Started 12 s ago.',
      since: null,
    });
  });

  it('is quiet after a minute without progress while its process lives', () => {
    expect(judgeHealth(signs(61_000))).toEqual({
      state: 'quiet',
      evidence: 'No progress for 61 s; its process was alive 3 s ago.',
      since: CREATED_AT + 60 * MINUTE,
    });
  });

  it('is stalled after five times that', () => {
    expect(judgeHealth(signs(300_000)).state).toBe('quiet');
    expect(judgeHealth(signs(312_000))).toEqual({
      state: 'stalled',
      evidence: 'No progress for 312 s; its process was alive 3 s ago.',
      since: CREATED_AT + 60 * MINUTE,
    });
  });

  it('waits three times as long as is usual for the task', () => {
    const slow = { usualGapMs: 5 * MINUTE };
    expect(judgeHealth(signs(15 * MINUTE, slow)).state).toBe('ok');
    expect(judgeHealth(signs(16 * MINUTE, slow))).toMatchObject({
      state: 'quiet',
      evidence: 'No progress for 16 min; its process was alive 3 s ago.',
    });
    expect(judgeHealth(signs(75 * MINUTE, slow)).state).toBe('quiet');
    expect(judgeHealth(signs(76 * MINUTE, slow)).state).toBe('stalled');
  });

  it('is quiet at most, after 15 min, of a task that says nothing and whose type nobody knows', () => {
    const mute = { usualGapMs: null };
    expect(judgeHealth(signs(15 * MINUTE, mute)).state).toBe('ok');
    expect(judgeHealth(signs(16 * MINUTE, mute)).state).toBe('quiet');
    expect(judgeHealth(signs(60_000 * MINUTE, mute)).state).toBe('quiet');
  });

  it('compares a task that says nothing with those of its type', () => {
    const durations = [20, 30, 40, 80, 90].map((minutes) => minutes * MINUTE);
    const mute = { usualGapMs: null, durations };
    expect(judgeHealth(signs(29 * MINUTE, mute)).state).toBe('ok');
    expect(judgeHealth(signs(31 * MINUTE, mute))).toMatchObject({
      state: 'quiet',
      evidence:
        'It has run for 91 min, longer than any of the 5 before it (90 min at most); its process was alive 3 s ago.',
    });
  });

  it('does not take four tasks for a measure', () => {
    const durations = [1, 2, 3, 4].map((minutes) => minutes * MINUTE);
    expect(judgeHealth(signs(14 * MINUTE, { usualGapMs: null, durations })).state).toBe('ok');
  });

  it('is ok while its process is held up for less than its lease', () => {
    const owner = { state: 'held', renewedMsAgo: 29_000, remainingMs: 1_000 } as const;
    expect(judgeHealth(signs(29_000, { owner })).state).toBe('ok');
  });

  it('is stalled once the lease of its process has run out', () => {
    const owner = { state: 'held', renewedMsAgo: 34_000, remainingMs: -4_000 } as const;
    expect(judgeHealth(signs(34_000, { owner }))).toEqual({
      state: 'stalled',
      evidence: 'Its process was last alive 34 s ago, and its lease has run out.',
      since: CREATED_AT + 60 * MINUTE,
    });
  });

  it('is stalled where its process holds no lease', () => {
    expect(judgeHealth(signs(4_000, { owner: { state: 'gone' } }))).toEqual({
      state: 'stalled',
      evidence: 'Its process is gone: it holds no lease any more.',
      since: CREATED_AT + 60 * MINUTE,
    });
  });

  it('takes no new task for one without a process: the look at the leases may be older', () => {
    const task = { ...TASK, startedAt: CREATED_AT + 60 * MINUTE };
    const young = { task, usualGapMs: null, owner: { state: 'gone' } } as const;
    expect(judgeHealth(signs(9_000, young)).state).toBe('ok');
    expect(judgeHealth(signs(11_000, young)).state).toBe('stalled');
  });

  it('says that it knows nothing of the process where the store did not tell', () => {
    expect(judgeHealth(signs(90_000, { owner: { state: 'unknown' } }))).toMatchObject({
      state: 'quiet',
      evidence: 'No progress for 90 s; nothing is known of its process.',
    });
  });

  it('accuses nobody of a silence that this process could not have heard', () => {
    const away = { silentMs: 20_000, awakeMs: 20_000 };
    expect(judgeHealth(signs(3_600_000, away))).toEqual({
      state: 'ok',
      evidence:
        'No progress for 60 min, but the process that looks was away itself until 20 s ago.',
      since: null,
    });
  });

  it('believes in no expired lease before this process has been awake for the length of one', () => {
    const owner = { state: 'held', renewedMsAgo: 90_000, remainingMs: -60_000 } as const;
    for (const gone of [owner, { state: 'gone' } as const]) {
      const silentMs = 29_999;
      expect(judgeHealth(signs(90_000, { owner: gone, silentMs, awakeMs: 29_999 })).state).toBe(
        'ok',
      );
      expect(judgeHealth(signs(90_000, { owner: gone, silentMs, awakeMs: 30_000 })).state).toBe(
        'stalled',
      );
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { TaskApiError } from '@task-monitor/client';
import { aTask } from '../testing/a-task.js';
import { cancelPlan, cancelTrouble } from './cancel-words.js';

describe('cancelPlan', () => {
  it('promises no more than will be', () => {
    expect(cancelPlan(aTask({ status: 'pending' }))).toContain('never will');
    expect(cancelPlan(aTask({ driver: 'runner' }))).toContain('told to stop');
    expect(cancelPlan(aTask({ driver: 'caller' }))).toContain('up to it');
  });
});

describe('cancelTrouble', () => {
  it('says who may cancel to who may not', () => {
    const error = new TaskApiError({
      code: 'FORBIDDEN',
      detail: 'Nothing can be changed here.',
      status: 403,
    });
    const { text, mayRepeat } = cancelTrouble(error, 'running');
    expect(text).toMatch(/^Nothing can be changed here\. The application decides/);
    expect(mayRepeat).toBe(false);
  });

  it('says how a task ended that was over already', () => {
    const detail = 'The task is completed; a finished task never changes.';
    const error = new TaskApiError({ code: 'INVALID_TRANSITION', detail, status: 409 });
    expect(cancelTrouble(error, 'completed').text).toMatch(/^It completed before/);
    expect(cancelTrouble(error, 'running').text).toBe(detail);
  });

  it('lets ask again where that is safe and may help', () => {
    const network = new TaskApiError({ code: 'NETWORK', detail: 'fetch failed' });
    const away = new TaskApiError({ code: 'STORE_UNAVAILABLE', detail: 'Away.', status: 503 });
    const wrong = new TaskApiError({ code: 'INVALID_INPUT', detail: 'Too long.', status: 400 });
    expect(
      [network, away, wrong].map((error) => cancelTrouble(error, 'running').mayRepeat),
    ).toEqual([true, true, false]);
  });
});

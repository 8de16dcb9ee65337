import { describe, expect, it } from '@jest/globals';
import { TaskApiError } from '@task-monitor/client';
import { UsageError } from './cli-error.js';
import { exitCodeOf } from './exit-codes.js';

describe('exitCodeOf', () => {
  it.each([
    ['TASK_NOT_FOUND', 404, 4],
    ['FORBIDDEN', 403, 5],
    ['INVALID_INPUT', 400, 2],
    ['INVALID_TRANSITION', 409, 1],
    ['BAD_ANSWER', 401, 5],
    ['BAD_ANSWER', 404, 6],
    ['NETWORK', null, 6],
    ['STORE_UNAVAILABLE', 503, 6],
  ] as const)('of %s with status %s is %d', (code, status, exitCode) => {
    expect(exitCodeOf(new TaskApiError({ code, status, detail: '' }))).toBe(exitCode);
  });

  it('tells a wrong command line from a mistake of ours', () => {
    expect(exitCodeOf(new UsageError('No.'))).toBe(2);
    expect(exitCodeOf(new TypeError('No.'))).toBe(70);
  });
});

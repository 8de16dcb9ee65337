import vm from 'node:vm';
import { ERROR_CODES, isTaskMonitorError, taskNotFound, TaskMonitorError } from './errors.js';

describe('TaskMonitorError', () => {
  it('has code, details and cause', () => {
    const cause = new Error('connection refused');
    const error = new TaskMonitorError('STORE_UNAVAILABLE', 'The store did not answer.', {
      details: { attempt: 3 },
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'TaskMonitorError',
      code: 'STORE_UNAVAILABLE',
      message: 'The store did not answer.',
      details: { attempt: 3 },
      cause,
    });
    expect(String(error)).toBe('TaskMonitorError: The store did not answer.');
  });

  it('has no cause and empty details unless it was given some', () => {
    const error = new TaskMonitorError('CAPACITY', 'Full.');
    expect('cause' in error).toBe(false);
    expect(error.details).toEqual({});
    expect(Object.isFrozen(error.details)).toBe(true);
  });
});

describe('isTaskMonitorError', () => {
  it('knows one of another copy of the library', () => {
    const foreign = Object.assign(new Error('m'), {
      name: 'TaskMonitorError',
      code: 'TASK_NOT_FOUND',
    });
    expect(isTaskMonitorError(foreign)).toBe(true);
    expect(ERROR_CODES.every((code) => isTaskMonitorError(new TaskMonitorError(code, 'm')))).toBe(
      true,
    );
  });

  it('takes nothing else for one', () => {
    const other = vm.runInNewContext('({ name: "TaskMonitorError", code: "CAPACITY" })') as unknown;
    for (const value of [
      new Error('m'),
      Object.assign(new Error('m'), { name: 'TaskMonitorError', code: 'ENOENT' }),
      Object.assign(new Error('m'), { code: 'CAPACITY' }),
      other,
      null,
      undefined,
      'TaskMonitorError',
    ]) {
      expect(isTaskMonitorError(value)).toBe(false);
    }
  });
});

describe('taskNotFound', () => {
  it('names the task', () => {
    expect(taskNotFound('a1')).toMatchObject({
      code: 'TASK_NOT_FOUND',
      message: 'Task not found: a1',
      details: { id: 'a1' },
    });
  });
});

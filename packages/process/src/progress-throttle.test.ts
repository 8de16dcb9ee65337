import { jest } from '@jest/globals';
import type { ProgressUpdate } from '@task-monitor/core';
import { ProgressThrottle } from './progress-throttle.js';

describe('ProgressThrottle', () => {
  let delivered: ProgressUpdate[];
  let throttle: ProgressThrottle;

  beforeEach(() => {
    jest.useFakeTimers();
    delivered = [];
    throttle = new ProgressThrottle((update) => delivered.push(update));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('delivers the first at once and then the latest, ten times a second', () => {
    for (let percent = 0; percent < 100; percent++) {
      throttle.report({ percent });
      jest.advanceTimersByTime(10);
    }
    expect(delivered).toHaveLength(11);
    expect(delivered[0]).toEqual({ percent: 0 });
    expect(delivered.at(-1)).toEqual({ percent: 99 });
  });

  it('delivers at once again after a pause', () => {
    throttle.report({ percent: 1 });
    jest.advanceTimersByTime(500);
    throttle.report({ percent: 2 });
    expect(delivered).toEqual([{ percent: 1 }, { percent: 2 }]);
  });

  it('delivers the last on flush, once', () => {
    throttle.report({ percent: 1 });
    throttle.report({ percent: 2 });
    throttle.flush();
    throttle.flush();
    jest.advanceTimersByTime(500);
    expect(delivered).toEqual([{ percent: 1 }, { percent: 2 }]);
  });

  it.each<[string, ProgressUpdate, ProgressUpdate, ProgressUpdate]>([
    ['fields of both', { message: 'a', unit: 'x' }, { message: 'b' }, { message: 'b', unit: 'x' }],
    ['counts in place of an earlier percentage', { percent: 90 }, { current: 6 }, { current: 6 }],
    [
      'a percentage beside earlier counts',
      { current: 5, total: 10 },
      { percent: 90 },
      { current: 5, total: 10, percent: 90 },
    ],
    ['a count beyond an earlier total', { total: 10 }, { current: 12 }, { current: 12 }],
    ['a total below an earlier count', { current: 12 }, { total: 10 }, { total: 10 }],
  ])('keeps %s', (_name, earlier, later, merged) => {
    throttle.report({ message: 'first' });
    throttle.report(earlier);
    throttle.report(later);
    throttle.flush();
    expect(delivered[1]).toEqual(merged);
  });
});

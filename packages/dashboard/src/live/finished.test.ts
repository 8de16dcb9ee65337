import { describe, expect, it } from '@jest/globals';
import { aTask } from '../testing/a-task.js';
import { Finished } from './finished.js';

describe('Finished', () => {
  it('is the same list until another task has ended', () => {
    const finished = new Finished();
    finished.begin([ended('task-2', 20), ended('task-1', 10)], false);
    const before = finished.all();
    expect(before.map(({ at }) => at - NOON)).toEqual([10, 20]);
    finished.add(aTask({ task_id: 'task-3' }));
    expect(finished.all()).toBe(before);
    finished.add(ended('task-3', 5));
    expect(finished.all().map(({ at }) => at - NOON)).toEqual([5, 10, 20]);
  });

  it('knows since when it knows all, unless there were no others', () => {
    const some = new Finished();
    expect(some.knownSince).toBeNull();
    some.begin([ended('task-1', 10)], false);
    expect(some.knownSince).toBe(NOON + 10);
    const whole = new Finished();
    whole.begin([ended('task-1', 10)], true);
    expect(whole.knownSince).toBeNull();
  });
});

const NOON = Date.parse('2026-01-01T12:00:00.000Z');

function ended(id: string, ms: number) {
  const completed_at = new Date(NOON + ms).toISOString();
  return aTask({ task_id: id, status: 'completed', completed_at, duration_ms: 1 });
}

import { describe, expect, it } from '@jest/globals';
import { aTask } from '../testing/a-task.js';
import { isSameTask } from './task-cells.js';

describe('isSameTask', () => {
  it('knows a later state of a task', () => {
    expect(isSameTask(aTask({ version: 2 }), aTask({ version: 3, status: 'failed' }))).toBe(true);
  });

  it('tells a new task from an old one that had the same id', () => {
    expect(isSameTask(aTask({ number: 1 }), aTask({ number: 2 }))).toBe(false);
    const other = aTask({ created_at: '2026-01-01T11:00:00.000Z' });
    expect(isSameTask(aTask(), other)).toBe(false);
  });
});

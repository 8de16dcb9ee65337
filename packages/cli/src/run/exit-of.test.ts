import { describe, expect, it } from '@jest/globals';
import type { Task } from '@task-monitor/core';
import { exitOf } from './exit-of.js';

function ended(status: string, process: object | null, code: string | null = null): Task {
  const error = code === null ? null : { code, message: '', name: null, stack: null };
  return { status, error, execution: { process } } as unknown as Task;
}

describe('exitOf', () => {
  it.each([
    [ended('completed', { exitCode: 0, signal: null }), 0],
    [ended('failed', { exitCode: 7, signal: null }, 'EXIT'), 7],
    [ended('failed', { exitCode: null, signal: 'SIGKILL' }, 'SIGNAL'), 137],
    [ended('failed', null, 'SPAWN_FAILED'), 127],
    // It was stopped, and said that all is well.
    [ended('cancelled', { exitCode: 0, signal: null }), 1],
  ])('is what a shell would pass on', (task, code) => {
    expect(exitOf(task)).toBe(code);
  });
});

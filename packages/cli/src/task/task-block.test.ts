import { describe, expect, it } from '@jest/globals';
import { aProgress, aTask } from '../../test/a-task.js';
import { plainStyle } from '../terminal/style.js';
import { shownTask } from './shown-task.js';
import { outcomeLines } from './task-block.js';

const CANCEL = {
  requested_at: '2026-01-15T10:00:00.000Z',
  reason: null,
  requested_by: null,
  acknowledged_at: '2026-01-15T10:00:01.000Z',
  forced: false,
};

function linesOf(changes: Parameters<typeof aTask>[0], columns: number): string[] {
  return outcomeLines(shownTask(aTask({ name: 'film', ...changes }), 0), plainStyle, columns);
}

function lineOf(changes: Parameters<typeof aTask>[0]): string {
  return linesOf(changes, Infinity).join('\n');
}

describe('outcomeLines', () => {
  it('says how far it had come when it failed or was cancelled', () => {
    const progress_detail = aProgress({ current: 60, total: 80, unit: 'pages' });
    expect(
      lineOf({ status: 'failed', percent: 75, progress_detail, error_message: 'No disk.' }),
    ).toBe('✗ failed after 1 min at 75%  film  No disk.');
    expect(lineOf({ status: 'cancelled', percent: 99.99, cancel: CANCEL })).toBe(
      '– cancelled after 1 min at 99%  film',
    );
  });

  it('cuts the name, and has the reason below it, where there is no room', () => {
    const error_message = 'Exited with code 3: no room left on the device';
    const changes = { status: 'failed', percent: 75, error_message } as const;
    expect(linesOf({ ...changes, name: "sh -c 'tar cz photos | ssh backup'" }, 39)).toEqual([
      "✗ failed after 1 min at 75%  sh -c 'ta…",
      '  Exited with code 3: no room left on',
      '  the device',
    ]);
    expect(linesOf({ ...changes, error_message: 'No.' }, 39)).toEqual([
      '✗ failed after 1 min at 75%  film  No.',
    ]);
  });

  it('says nothing of a percentage where nobody knows it, or it is done', () => {
    expect(lineOf({ status: 'failed', error_message: 'No disk.' })).toBe(
      '✗ failed after 1 min  film  No disk.',
    );
    const progress_detail = aProgress({ current: 80, total: 80, unit: 'pages' });
    expect(lineOf({ status: 'completed', percent: 100, progress_detail })).toBe(
      '✓ completed after 1 min  film  80/80 pages',
    );
  });
});

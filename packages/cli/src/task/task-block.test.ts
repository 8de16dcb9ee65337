import { describe, expect, it } from '@jest/globals';
import { aProgress, aTask } from '../../test/a-task.js';
import { plainStyle } from '../terminal/style.js';
import { shownTask } from './shown-task.js';
import { outcomeLine } from './task-block.js';

const CANCEL = {
  requested_at: '2026-01-15T10:00:00.000Z',
  reason: null,
  requested_by: null,
  acknowledged_at: '2026-01-15T10:00:01.000Z',
  forced: false,
};

function lineOf(changes: Parameters<typeof aTask>[0]): string {
  return outcomeLine(shownTask(aTask({ name: 'film', ...changes }), 0), plainStyle);
}

describe('outcomeLine', () => {
  it('says how far it had come when it failed or was cancelled', () => {
    const progress_detail = aProgress({ current: 60, total: 80, unit: 'pages' });
    expect(
      lineOf({ status: 'failed', percent: 75, progress_detail, error_message: 'No disk.' }),
    ).toBe('✗ failed after 1 min at 75%  film  No disk.');
    expect(lineOf({ status: 'cancelled', percent: 99.99, cancel: CANCEL })).toBe(
      '– cancelled after 1 min at 99%  film',
    );
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

import { describe, expect, it } from '@jest/globals';
import { aTask } from '../../test/a-task.js';
import { plainStyle } from '../terminal/style.js';
import { listLines } from './list-lines.js';
import { shownTask } from './shown-task.js';

const UUID = '550e8400-e29b-41d4-a716-446655440000';

function lines(columns: number, changes: Parameters<typeof aTask>[0]): string[] {
  const task = shownTask(aTask({ status: 'failed', error_message: 'No disk.', ...changes }), 0);
  return listLines([task], { columns, style: plainStyle, now: Date.UTC(2026, 0, 15, 10, 5) });
}

describe('listLines', () => {
  it('has the whole id where there is room for what follows it, and else its beginning', () => {
    expect(lines(79, { task_id: UUID })).toEqual([
      `✗ film${' '.repeat(63)} 5 min ago`,
      `  ${UUID} · failed · No disk.`,
    ]);
    expect(lines(39, { task_id: UUID })[1]).toBe('  550e8400 · failed · No disk.');
    expect(lines(51, { task_id: UUID })[1]).toBe(`  ${UUID} · failed`);
    expect(lines(50, { task_id: UUID })[1]).toBe('  550e8400 · failed · No disk.');
  });

  it('says of a long id of its own making that it goes on', () => {
    const task_id = 'nightly-import-of-everything-2026-01-15';
    expect(lines(39, { task_id })[1]).toBe('  nightly-import-of-every… · failed');
  });

  it('is one row of a table from 100 columns on', () => {
    expect(lines(120, { task_id: UUID })).toEqual([
      `✗ failed           ${UUID}   5 min ago  film  No disk.`,
    ]);
  });
});

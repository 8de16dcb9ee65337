import { describe, expect, it } from '@jest/globals';
import type { WireFullTask } from '@task-monitor/client';
import { aTask } from '../testing/a-task.js';
import { type Family, type TreeRow, treeRows, type Trees } from './tree-rows.js';

let number = 1_000;

function task(task_id: string, parent_id: string | null = null): WireFullTask {
  return aTask({ task_id, parent_id, number: number-- });
}

function rows(given: Partial<Trees>): readonly TreeRow[] {
  return treeRows({
    page: [],
    above: new Map(),
    families: new Map(),
    opened: new Map(),
    hasChildren: () => false,
    ...given,
  });
}

/** `+` open, `-` closed, `(a)` shown for what is below it. */
function drawn(given: Partial<Trees>): readonly string[] {
  return rows(given).map((row) => {
    const indent = '  '.repeat(row.follows.length);
    if (row.kind === 'more') return `${indent}${row.count} more`;
    if (row.kind !== 'task') return `${indent}${row.kind}`;
    const sign = row.isOpen === null ? '' : row.isOpen ? '+' : '-';
    return `${indent}${sign}${row.isContext ? `(${row.id})` : row.id}${row.isGone ? ' gone' : ''}`;
  });
}

function family(tasks: readonly WireFullTask[], total = tasks.length): Family {
  return { state: 'read', tasks, total };
}

describe('treeRows', () => {
  it('puts children below their parent, where the first of them was', () => {
    const page = [task('c2', 'p'), task('x'), task('c1', 'p'), task('p'), task('y')];
    expect(drawn({ page })).toEqual(['+p', '  c2', '  c1', 'x', 'y']);
  });

  it('shows a parent that is not on the page, and its parent', () => {
    const above = new Map([
      ['p', task('p', 'g')],
      ['g', task('g')],
    ]);
    expect(drawn({ page: [task('c', 'p')], above })).toEqual(['+(g)', '  +(p)', '    c']);
  });

  it('keeps a place for a parent that is still being read, or is gone', () => {
    const page = [task('a', 'p'), task('b', 'q')];
    expect(drawn({ page, above: new Map([['q', null]]) })).toEqual([
      '+(p)',
      '  a',
      '+(q) gone',
      '  b',
    ]);
  });

  it('hides what is below a closed one', () => {
    const page = [task('c', 'p'), task('p')];
    expect(drawn({ page, opened: new Map([['p', false]]) })).toEqual(['-p']);
  });

  it('keeps one closed that has children elsewhere', () => {
    expect(drawn({ page: [task('p')], hasChildren: (id) => id === 'p' })).toEqual(['-p']);
  });

  it('shows children that were read behind those of the page, and how many there are beside', () => {
    const c3 = task('c3', 'p');
    const families = new Map([['p', family([task('c4', 'p'), c3], 5)]]);
    const opened = new Map([['p', true]]);
    expect(drawn({ page: [task('p'), c3], families, opened })).toEqual([
      '+p',
      '  c3',
      '  c4',
      '  3 more',
    ]);
  });

  it('says that children are being read, and that they could not be', () => {
    const opened = new Map([['p', true]]);
    const hasChildren = (): boolean => true;
    for (const state of ['reading', 'failed'] as const) {
      const families = new Map([['p', { state, tasks: [], total: 0 }]]);
      expect(drawn({ page: [task('p')], families, opened, hasChildren })[1]).toBe(`  ${state}`);
    }
  });

  it('draws no more than 200 rows, and counts the rest', () => {
    const parents = Array.from({ length: 5 }, (_, index) => task(`p${index}`));
    const families = new Map(
      parents.map(({ task_id }) => [
        task_id,
        family(
          Array.from({ length: 50 }, (_, index) => task(`${task_id}-${index}`, task_id)),
          50,
        ),
      ]),
    );
    const opened = new Map(parents.map(({ task_id }) => [task_id, true]));
    const all = rows({ page: parents, families, opened, hasChildren: (id) => id.length === 2 });
    expect(all.length).toBeLessThanOrEqual(200);
    const counted = all.reduce((sum, row) => sum + (row.kind === 'more' ? row.count : 1), 0);
    expect(counted).toBe(255);
  });

  it('shows no more than 200 rows for the sake of what is above', () => {
    const above = new Map<string, WireFullTask>();
    const page = Array.from({ length: 50 }, (_, index) => {
      for (let level = 1; level < 9; level++)
        above.set(`${index}.${level}`, task(`${index}.${level}`, `${index}.${level + 1}`));
      return task(`${index}.0`, `${index}.1`);
    });
    const all = rows({ page, above });
    expect(all.length).toBeLessThanOrEqual(200);
    expect(all.filter((row) => row.kind === 'task' && !row.isContext)).toHaveLength(50);
  });

  it('ends where tasks name each other as parents', () => {
    const page = [task('a', 'b'), task('b', 'a'), task('c', 'c')];
    expect(
      rows({ page })
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });

  it('says where lines go on', () => {
    const page = [task('p'), task('c2', 'p'), task('d', 'c2'), task('c1', 'p')];
    expect(rows({ page }).map(({ key, follows }) => [key, follows])).toEqual([
      ['p', []],
      ['c2', [true]],
      ['d', [true, false]],
      ['c1', [false]],
    ]);
  });
});

import fc from 'fast-check';
import { intersect, matches, type TaskFilter } from './query.js';
import { TASK_STATUSES } from './task.js';
import { newTask } from './task-patch.js';
import { aNewTask, aParent } from './testing/builders.js';

const task = newTask(aNewTask({ type: 'ingest', tags: ['video', 'night'], parent: aParent() }), 1);

describe('matches', () => {
  it('matches all with an empty filter', () => {
    expect(matches(task, {})).toBe(true);
  });

  it('wants everything that is asked for', () => {
    expect(
      matches(task, { statuses: ['pending'], type: 'ingest', tag: 'night', parentId: 'batch-1' }),
    ).toBe(true);
    expect(matches(task, { statuses: ['running'], type: 'ingest' })).toBe(false);
    expect(matches(task, { type: 'search' })).toBe(false);
    expect(matches(task, { tag: 'vid' })).toBe(false);
    expect(matches(task, { parentId: 'batch-2' })).toBe(false);
    expect(matches(task, { statuses: [] })).toBe(false);
  });
});

describe('intersect', () => {
  it('joins filters that ask for different things', () => {
    expect(intersect({ type: 'ingest' }, { tag: 'video' })).toEqual({
      type: 'ingest',
      tag: 'video',
    });
    expect(intersect({}, {})).toEqual({});
  });

  it('keeps the statuses that both want', () => {
    expect(
      intersect({ statuses: ['running', 'failed'] }, { statuses: ['failed', 'pending'] }),
    ).toEqual({
      statuses: ['failed'],
    });
  });

  it('is null when nothing can match both', () => {
    expect(intersect({ type: 'ingest' }, { type: 'search' })).toBeNull();
    expect(intersect({ statuses: ['running'] }, { statuses: ['failed'] })).toBeNull();
    expect(intersect({ statuses: [] }, {})).toBeNull();
  });

  it('matches exactly what both match', () => {
    const filters: fc.Arbitrary<TaskFilter> = fc.record(
      {
        statuses: fc.subarray([...TASK_STATUSES]),
        type: fc.constantFrom('ingest', 'search'),
        tag: fc.constantFrom('video', 'day'),
        parentId: fc.constantFrom('batch-1', 'batch-2'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(filters, filters, (a, b) => {
        const both = intersect(a, b);
        expect(both !== null && matches(task, both)).toBe(matches(task, a) && matches(task, b));
      }),
      { numRuns: 1_000 },
    );
  });
});

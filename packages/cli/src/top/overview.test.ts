import { describe, expect, it } from '@jest/globals';
import { aTask } from '../../test/a-task.js';
import { Overview } from './overview.js';

const COUNTS = {
  pending_tasks: 0,
  running_tasks: 1,
  completed_tasks: 0,
  failed_tasks: 0,
  cancelled_tasks: 0,
};

function labels(overview: Overview, now = 0): string[] {
  return overview.rows(now).map(({ task }) => `${task.label} ${task.status} ${task.percent}`);
}

function started(changes: Parameters<typeof aTask>[0] = {}) {
  return { type: 'task.started' as const, task: aTask(changes) };
}

describe('Overview', () => {
  it('has running tasks in the order in which they were made', () => {
    const overview = new Overview();
    overview.apply(started({ task_id: 'b', number: 2, name: 'second' }), 0);
    overview.apply(started({ task_id: 'a', number: 1, name: 'first' }), 0);
    overview.apply(
      { type: 'task.registered', task: aTask({ task_id: 'c', status: 'pending' }) },
      0,
    );
    expect(labels(overview)).toEqual(['first running null', 'second running null']);
  });

  it('leaves a task that has ended in its place for a moment', () => {
    const overview = new Overview();
    overview.apply(started(), 0);
    overview.apply(
      { type: 'task.completed', task: aTask({ status: 'completed', version: 3 }) },
      1_000,
    );
    expect(labels(overview, 4_000)).toEqual(['film completed null']);
    expect(labels(overview, 4_001)).toEqual([]);
  });

  it('is not taken back by an answer that is older than what was told', () => {
    const overview = new Overview();
    overview.apply(started({ version: 9, percent: 90 }), 0);
    overview.apply({ type: 'task.removed', ids: ['gone'] }, 0);
    const old = [aTask({ version: 8, percent: 80 }), aTask({ task_id: 'gone' })];
    overview.take({ counts: COUNTS, running: old, unseen: 0, failed: [] }, true, 0);
    expect(labels(overview)).toEqual(['film running 90']);
    expect(overview.counts).toBe(COUNTS);
  });

  it('goes by what is answered while nobody tells of changes', () => {
    const overview = new Overview();
    overview.apply(started(), 0);
    const running = [aTask({ task_id: 'b', name: 'book' })];
    overview.take({ counts: COUNTS, running, unseen: 0, failed: [] }, false, 0);
    expect(labels(overview)).toEqual(['book running null']);
  });

  it('has the latest failures first, each once', () => {
    const overview = new Overview();
    const failed = (id: string, second: number) =>
      aTask({
        task_id: id,
        name: id,
        status: 'failed',
        version: 3,
        completed_at: `2026-01-15T10:00:0${second}.000Z`,
      });
    overview.take(
      { counts: COUNTS, running: [], unseen: 0, failed: [failed('b', 2), failed('a', 1)] },
      true,
      0,
    );
    overview.apply({ type: 'task.failed', task: failed('c', 3) }, 0);
    overview.apply({ type: 'task.failed', task: failed('b', 2) }, 0);
    expect(overview.failures.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    overview.apply({ type: 'task.removed', ids: ['b'] }, 0);
    expect(overview.failures.map(({ id }) => id)).toEqual(['c', 'a']);
  });

  it('forgets the failures of a server that came back without them', () => {
    const overview = new Overview();
    const failed = aTask({ task_id: 'a', name: 'a', status: 'failed', version: 3 });
    overview.take({ counts: COUNTS, running: [], unseen: 0, failed: [failed] }, true, 0);
    overview.apply({ type: 'snapshot', tasks: [], changes_as_of: null } as never, 0);
    expect(overview.failures.map(({ id }) => id)).toEqual(['a']);
    overview.take({ counts: COUNTS, running: [], unseen: 0, failed: [] }, true, 0);
    expect(overview.failures).toEqual([]);
  });

  it('says whether the counts may be others now', () => {
    const overview = new Overview();
    expect(overview.apply(started(), 0)).toBe(true);
    expect(overview.apply({ type: 'task.progress', task: aTask({ version: 3 }) }, 0)).toBe(false);
  });
});

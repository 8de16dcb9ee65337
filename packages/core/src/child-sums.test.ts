import fc from 'fast-check';
import { ChildSums } from './child-sums.js';
import { isFinished, type Task, type TaskStatus } from './task.js';
import { newTask, patchTask } from './task-patch.js';
import { aNewTask } from './testing/builders.js';

function child(number: number, weight = 1, step: string | null = null): Task {
  return newTask(
    aNewTask({ id: `child-${number}`, createdAt: 0, parent: { id: 'task-1', weight, step } }),
    number,
  );
}

function at(task: Task, percent: number): Task {
  return patchTask(task, { status: 'running', progress: { percent }, progressAt: 1 });
}

function ended(task: Task, status: TaskStatus = 'completed', completedAt = 1): Task {
  return patchTask(task, { status, completedAt });
}

describe('ChildSums', () => {
  it('says nothing of children that have only begun', () => {
    const sums = new ChildSums();
    sums.see(child(1));
    sums.see(patchTask(child(1), { status: 'running' }));
    expect(sums.untold()).toEqual([]);
  });

  it('adds up how far each is, by its weight, and counts what is completed as done', () => {
    const sums = new ChildSums();
    for (const task of [child(1), child(2, 3), child(3)]) sums.see(task);
    sums.see(at(child(2, 3), 50));
    expect(sums.untold()).toEqual([{ step: null, weight: 5, done: 1.5 }]);
    sums.see(ended(at(child(2, 3), 50)));
    expect(sums.untold()).toEqual([{ step: null, weight: 5, done: 3 }]);
    expect(sums.untold()).toEqual([]);
    expect(sums.active).toEqual(['child-1', 'child-3']);
  });

  describe('of a child that failed or was cancelled', () => {
    const seen = (...tasks: Task[]): number | undefined => {
      const sums = new ChildSums();
      for (const task of tasks) sums.see(task);
      return sums.untold()[0]?.done;
    };
    const begun = (task: Task, startedAt: number): Task =>
      patchTask(task, { status: 'running', startedAt });

    it.each<TaskStatus>(['failed', 'cancelled'])(
      'count what it had reached when it %s, since its parent may fail with it',
      (status) => {
        const bad = ended(at(child(1, 4), 25), status, 5);
        expect(seen(at(child(1, 4), 25), begun(child(2), 3), bad)).toBe(1);
        expect(seen(bad, ended(at(child(2), 50), 'failed', 6))).toBe(1.5);
      },
    );

    it('count all of it once another began or was completed after it, in whatever order that is seen', () => {
      const bad = ended(at(child(1, 4), 25), 'failed', 5);
      expect(seen(child(1, 4), child(2), bad, begun(child(2), 6))).toBe(4);
      expect(seen(child(1, 4), child(2), begun(child(2), 6), bad)).toBe(4);
      expect(seen(bad, ended(begun(child(2), 2), 'completed', 6))).toBe(5);
      expect(seen(bad, ended(begun(child(2), 6), 'failed', 7))).toBe(4);
      expect(seen(bad, begun(child(2), 5))).toBe(4);
    });

    it('count no more of one that failed in the instant in which it began', () => {
      expect(seen(ended(at(begun(child(1, 4), 5), 25), 'failed', 5))).toBe(1);
    });
  });

  it('adds up for each step on its own', () => {
    const sums = new ChildSums();
    sums.see(ended(child(1, 1, 'embed')));
    sums.see(ended(child(2, 2)));
    expect(sums.untold()).toEqual([
      { step: 'embed', weight: 1, done: 1 },
      { step: null, weight: 2, done: 2 },
    ]);
  });

  it('takes no older news for new ones, and counts nobody twice', () => {
    const sums = new ChildSums();
    const half = at(child(1), 50);
    const done = ended(half);
    for (const task of [half, child(1), done, half, done, child(1)]) sums.see(task);
    expect(sums.untold()).toEqual([{ step: null, weight: 1, done: 1 }]);
  });

  it('takes a child that is gone for one that ended', () => {
    const sums = new ChildSums();
    sums.see(at(child(1, 4), 25));
    sums.gone('child-1');
    sums.gone('child-1');
    expect(sums.untold()).toEqual([{ step: null, weight: 4, done: 4 }]);
  });

  it('tells again what was not taken in', () => {
    const sums = new ChildSums();
    sums.see(ended(child(1)));
    const first = sums.untold();
    sums.tellAgain();
    expect(sums.untold()).toEqual(first);
  });

  it('comes to what a recount comes to, whatever happened in whatever order', () => {
    const move = fc.record({ child: fc.nat(9), percent: fc.integer({ min: 0, max: 102 }) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const sums = new ChildSums();
        let now = 1;
        const tasks = Array.from({ length: 10 }, (_, n) => child(n + 1, n + 1));
        for (const task of tasks) sums.see(task);
        for (const { child: n, percent } of moves) {
          const task = tasks[n] as Task;
          if (isFinished(task.status)) continue;
          now += percent % 2;
          tasks[n] =
            percent > 100
              ? ended(task, percent > 101 ? 'failed' : 'completed', now)
              : at(task, percent);
          sums.see(tasks[n]);
        }
        const lastCompleted = Math.max(
          0,
          ...tasks.map(({ status, completedAt }) =>
            status === 'completed' ? (completedAt as number) : 0,
          ),
        );
        const done = tasks.reduce((sum, { status, completedAt, progress }, n) => {
          const isDone =
            status === 'completed' ||
            (status === 'failed' && (completedAt as number) <= lastCompleted);
          return sum + (n + 1) * (isDone ? 1 : (progress?.percent ?? 0) / 100);
        }, 0);
        expect(sums.untold()[0]?.done ?? 0).toBeCloseTo(done, 6);
      }),
    );
  });
});

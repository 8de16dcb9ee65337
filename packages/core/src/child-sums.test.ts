import fc from 'fast-check';
import { ChildSums } from './child-sums.js';
import type { Task, TaskStatus } from './task.js';
import { newTask, patchTask } from './task-patch.js';
import { aNewTask } from './testing/builders.js';

function child(number: number, weight = 1, step: string | null = null): Task {
  return newTask(
    aNewTask({ id: `child-${number}`, parent: { id: 'task-1', weight, step } }),
    number,
  );
}

function at(task: Task, percent: number): Task {
  return patchTask(task, { status: 'running', progress: { percent }, progressAt: 1 });
}

function ended(task: Task, status: TaskStatus = 'completed'): Task {
  return patchTask(task, { status, completedAt: 1 });
}

describe('ChildSums', () => {
  it('says nothing of children that have only begun', () => {
    const sums = new ChildSums();
    sums.see(child(1));
    sums.see(patchTask(child(1), { status: 'running' }));
    expect(sums.untold()).toEqual([]);
  });

  it('adds up how far each is, by its weight, and counts whatever ended as done', () => {
    const sums = new ChildSums();
    for (const task of [child(1), child(2, 3), child(3)]) sums.see(task);
    sums.see(at(child(2, 3), 50));
    expect(sums.untold()).toEqual([{ step: null, weight: 5, done: 1.5 }]);
    sums.see(ended(child(1), 'failed'));
    sums.see(ended(at(child(2, 3), 50), 'cancelled'));
    expect(sums.untold()).toEqual([{ step: null, weight: 5, done: 4 }]);
    expect(sums.untold()).toEqual([]);
    expect(sums.active).toEqual(['child-3']);
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
    const move = fc.record({ child: fc.nat(9), percent: fc.integer({ min: 0, max: 101 }) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const sums = new ChildSums();
        const tasks = Array.from({ length: 10 }, (_, n) => child(n + 1, n + 1));
        for (const task of tasks) sums.see(task);
        for (const { child: n, percent } of moves) {
          const task = tasks[n] as Task;
          if (task.status === 'completed') continue;
          tasks[n] = percent > 100 ? ended(task) : at(task, percent);
          sums.see(tasks[n]);
        }
        const done = tasks.reduce((sum, task, n) => {
          const fraction = task.status === 'completed' ? 1 : (task.progress?.percent ?? 0) / 100;
          return sum + (n + 1) * fraction;
        }, 0);
        expect(sums.untold()[0]?.done ?? 0).toBeCloseTo(done, 6);
      }),
    );
  });
});

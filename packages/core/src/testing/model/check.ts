import { isDeepStrictEqual } from 'node:util';
import { lineOf } from '../change-log.js';
import type { Expected, Model } from './model.js';
import { type ModelTask, shown } from './model-task.js';
import { expect } from '../runner.js';
import type { Change } from '../../store.js';
import type { Task } from '../../task.js';
import type { World } from './world.js';

/** `expect(actual).toEqual(expected)`, fast while they are: a model run compares a hundred thousand times. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** Expects that a call came to what the model says, and a task to look as the model says. */
export async function expectAnswer(
  world: World,
  expected: Expected,
  call: Promise<Task>,
): Promise<void> {
  const answer = await call.catch((error: unknown) => (error as { code?: unknown }).code ?? error);
  if (typeof expected === 'string' || typeof answer === 'string') expectSame(answer, expected);
  else expectTask(world, expected, answer as Task);
}

export function expectTask(world: World, expected: ModelTask, actual: Task): void {
  expectSame(
    actual,
    shown(expected, (monitorId) => world.ownerOf(monitorId, actual.execution.owner)),
  );
}

/** Expects that the change feed has told since the last time what the model has, in the same order unless `anyOrder`. */
export async function expectTold(
  model: Model,
  world: World,
  { anyOrder = false, changes }: { anyOrder?: boolean; changes?: readonly Change[] } = {},
): Promise<void> {
  const expected = model.told.splice(0);
  const told = changes ?? (await world.changes(expected.length));
  const lines = told.map(lineOf);
  if (anyOrder) expectSame(lines.sort(), expected.sort());
  else expectSame(lines, expected);
  for (const change of told) {
    if (change.type === 'task.removed') continue;
    const task = model.tasks.get(change.task.id);
    // A task that was written twice in a step was seen once in a state that the model has left already.
    if (task?.version === change.task.version) expectTask(world, task, change.task);
    if (task && change.type === 'task.output')
      expectSame(change.lines, task.lines.slice(-change.lines.length));
  }
  for (const { task, begun, told: why } of model.runs.byTask.values()) {
    if (begun) await world.begun(task.id);
    if (why !== null) await world.told(task.id);
    expectSame([task.id, world.stateOf(task.id)], [task.id, { begun, told: why !== null }]);
  }
}

/** Expects every task, its output and the counts to be what the model says. */
export async function expectAll(model: Model, world: World): Promise<void> {
  const { A, B } = world.monitors;
  const { tasks, nextCursor, total } = await A.list({ limit: 1_000, order: 'oldest' });
  expectSame(
    [tasks.map(({ id }) => id), nextCursor, total],
    [[...model.tasks.keys()], null, model.tasks.size],
  );
  for (const task of tasks) {
    const expected = model.tasks.get(task.id) as ModelTask;
    expectTask(world, expected, task);
    expectSame(await B.output(task.id), {
      lines: expected.lines,
      lastNumber: expected.lastLine,
    });
  }
}

/** Expects that who watches from the beginning is told what the store's readers are. */
export async function expectWatched(world: World): Promise<void> {
  const expected = await world.log.read();
  const watched: unknown[] = [];
  const stop = new AbortController();
  if (expected.length === 0) return;
  for await (const event of world.monitors.B.watch({ after: world.start, signal: stop.signal })) {
    watched.push(event);
    if (watched.length === expected.length) stop.abort();
  }
  expectSame(watched, expected);
}

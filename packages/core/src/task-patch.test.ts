import type { TaskPatch } from './store.js';
import type { Task } from './task.js';
import { newTask, patchTask } from './task-patch.js';
import {
  aCancellation,
  aFailure,
  aNewTask,
  anOwner,
  aParent,
  aProcess,
  CREATED_AT,
} from './testing/builders.js';

const FIELDS = [
  'id',
  'number',
  'version',
  'status',
  'type',
  'name',
  'command',
  'metadata',
  'tags',
  'createdAt',
  'startedAt',
  'completedAt',
  'progress',
  'result',
  'error',
  'execution',
];

const pending = newTask(aNewTask(), 7);
const running = patchTask(pending, {
  status: 'running',
  startedAt: CREATED_AT + 10,
  owner: anOwner(),
});

describe('newTask', () => {
  it('is pending, at version 1, every field there', () => {
    expect(Object.keys(pending)).toEqual(FIELDS);
    expect(pending).toMatchObject({
      id: 'task-1',
      number: 7,
      version: 1,
      status: 'pending',
      createdAt: CREATED_AT,
      startedAt: null,
      completedAt: null,
      progress: null,
      result: null,
      error: null,
    });
  });

  it('knows who will run it, and whose part it is', () => {
    expect(
      newTask(aNewTask({ parent: aParent('a1'), owner: anOwner(), driver: 'runner' }), 1).execution,
    ).toEqual({
      parent: { id: 'a1', weight: 1, step: null },
      owner: anOwner(),
      driver: 'runner',
      cancel: null,
      endedBy: null,
      lateOutcome: null,
      process: null,
      resultOmitted: null,
    });
  });
});

describe('patchTask', () => {
  it('is one version later, and leaves the task before as it was', () => {
    expect(Object.keys(running)).toEqual(FIELDS);
    expect(running).toMatchObject({ version: 2, status: 'running', startedAt: CREATED_AT + 10 });
    expect(pending).toMatchObject({ version: 1, status: 'pending', startedAt: null });
  });

  it('is frozen, the parts that it made included', () => {
    const task = patchTask(running, {
      progress: { current: 1 },
      progressAt: 5,
      cancel: aCancellation(),
    });
    expect([task, task.progress, task.execution].every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('leaves everything as it is but what the patch says', () => {
    const { version, ...rest } = patchTask(running, {});
    expect({ ...rest, version: version - 1 }).toEqual(running);
  });

  it.each<[string, TaskPatch, (task: Task) => unknown, unknown]>([
    ['result', { result: { segments: 80 } }, (task) => task.result, { segments: 80 }],
    ['a result of null', { result: null }, (task) => task.result, null],
    ['error', { error: aFailure() }, (task) => task.error, aFailure()],
    ['owner', { owner: anOwner('owner-2') }, (task) => task.execution.owner, anOwner('owner-2')],
    ['cancel', { cancel: aCancellation() }, (task) => task.execution.cancel, aCancellation()],
    [
      'endedBy',
      { endedBy: { cause: 'orphaned', monitor: 'm1' } },
      (task) => task.execution.endedBy,
      { cause: 'orphaned', monitor: 'm1' },
    ],
    [
      'lateOutcome',
      { lateOutcome: { status: 'completed', at: 5, message: null } },
      (task) => task.execution.lateOutcome,
      { status: 'completed', at: 5, message: null },
    ],
    [
      'process',
      { process: aProcess({ pid: 12 }) },
      (task) => task.execution.process,
      aProcess({ pid: 12 }),
    ],
    [
      'resultOmitted',
      { resultOmitted: 'too large' },
      (task) => task.execution.resultOmitted,
      'too large',
    ],
  ])('writes %s and keeps it with later patches', (_, patch, read, value) => {
    const task = patchTask(running, patch);
    expect(read(task)).toEqual(value);
    expect(read(patchTask(task, { progress: {}, progressAt: 1 }))).toEqual(value);
    expect(task.execution.driver).toBe('caller');
  });

  it('never lets a task start before it was made, or end before it started', () => {
    const early = patchTask(pending, { status: 'running', startedAt: CREATED_AT - 3_600_000 });
    expect(early.startedAt).toBe(CREATED_AT);
    expect(
      patchTask(running, { status: 'completed', completedAt: CREATED_AT - 1 }).completedAt,
    ).toBe(CREATED_AT + 10);
    expect(patchTask(pending, { status: 'cancelled', completedAt: 0 }).completedAt).toBe(
      CREATED_AT,
    );
  });
});

import { newTask, patchTask, type Task } from '@task-monitor/core';
import { aTask } from '../test/fill.js';
import { definitionBody, readDefinition, readTask, stateBody } from './row.js';

const full = patchTask(
  newTask(
    aTask('task-1', {
      name: 'Elephants Dream',
      metadata: { numbers: [0.1, 5e-324, 2 ** 53 - 1], text: 'a\u2028b 🐘' },
      parent: { id: 'batch-1', weight: 2, step: 'embed' },
      owner: { id: 'owner-1', host: 'ingest-3', pid: 4711 },
      driver: 'runner',
    }),
    7,
  ),
  {
    status: 'failed',
    startedAt: 600,
    completedAt: 8.64e15,
    progress: { message: 'embedding', current: 1, total: 3, steps: [{ name: 'embed' }] },
    progressAt: 700,
    result: { partial: [null, false, 0, ''] },
    error: { code: 'EXIT', message: 'exit code 3', name: null, stack: null },
    cancel: {
      requestedAt: 650,
      reason: null,
      requestedBy: 'mira',
      acknowledgedAt: 660,
      forced: true,
    },
    endedBy: { cause: 'timeout', monitor: 'monitor-1' },
    lateOutcome: { status: 'completed', at: 900, message: null },
    process: {
      pid: 99,
      startedAt: 610,
      exitCode: 3,
      signal: null,
      cpuMs: 1_250,
      peakMemoryBytes: 150_000_000,
    },
    resultOmitted: 'It is too large.',
  },
);

describe('a task as rows', () => {
  it.each([
    ['everything', full],
    ['nothing', newTask(aTask('task-1'), 7)],
  ])('comes back as it was when it has %s', (_, task) => {
    const back = backAgain(task);
    expect(back).toEqual(task);
    expect(Object.keys(back)).toEqual(Object.keys(task));
    expect(Object.keys(back.execution)).toEqual(Object.keys(task.execution));
    expectFrozen(back);
  });

  it('is read without what a newer version added, and with a status that it alone knows', () => {
    const definition = readDefinition(
      definitionBody(aTask('task-1')).replace('{', '{"priority":5,'),
    );
    const state = stateBody(full).replace('{', '{"attempt":2,').replace('"failed"', '"paused"');
    const task = readTask(7, definition, state);
    expect(task.status).toBe('paused');
    expect(Object.keys(task)).toHaveLength(16);
  });

  it('is told as damaged when it is no JSON', () => {
    const definition = readDefinition(definitionBody(aTask('task-1')));
    for (const body of ['{"version":1,', '', '5', 'null'])
      expect(() => readTask(7, definition, body)).toThrow(
        expect.objectContaining({ code: 'STORE_CORRUPT' }),
      );
  });
});

function backAgain(task: Task): Task {
  const { parent, driver } = task.execution;
  const definition = readDefinition(definitionBody({ ...task, parent, driver }));
  return readTask(task.number, definition, stateBody(task));
}

function expectFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.isFrozen(value)).toBe(true);
  for (const item of Object.values(value)) expectFrozen(item);
}

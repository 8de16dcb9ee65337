import { expectAnswer, expectTold } from './check.js';
import type { Expected, ExpectedError, ModelRegistration } from './model.js';
import type { ModelRun } from './model-runs.js';
import type { ModelTask } from './model-task.js';
import type { ProgressInput } from '../../input.js';
import type { TaskMonitor } from '../../monitor.js';
import type { ProgressUpdate } from '../../progress.js';
import type { Scope, StepKind } from './step.js';

const TYPES = [null, 'ingest', 'search'] as const;
const TAGS = [[], ['nightly'], ['nightly', 'gpu']] as const;

const PROGRESS: readonly (readonly [ProgressInput, ProgressUpdate])[] = [
  ['embedding', { message: 'embedding' }],
  [42.5, { percent: 42.5 }],
  [
    { current: 12, total: 80, unit: 'segments' },
    { current: 12, total: 80, unit: 'segments' },
  ],
  [
    { message: null, current: 40 },
    { message: null, current: 40 },
  ],
  [{ total: 40 }, { total: 40 }],
  [
    { current: null, percent: 7 },
    { current: null, percent: 7 },
  ],
];

/** Calls that are refused before they reach the store. */
const WRONG: readonly (readonly [
  ExpectedError,
  (monitor: TaskMonitor, id: string) => Promise<unknown>,
])[] = [
  ['INVALID_INPUT', (monitor, id) => monitor.progress(id, 101)],
  ['INVALID_INPUT', (monitor, id) => monitor.progress(id, { current: 5, total: 3 })],
  ['INVALID_INPUT', (monitor, id) => monitor.complete(id, { progress: -1 })],
  ['INVALID_INPUT', (monitor, id) => monitor.complete(id, { result: new Uint8Array(1) })],
  ['INVALID_INPUT', (monitor) => monitor.register({ id: 'no-digit' })],
  ['INVALID_INPUT', (monitor) => monitor.list({ cursor: 'x' })],
  ['INVALID_OPTIONS', (monitor) => monitor.list({ limit: 0 })],
  ['INVALID_OPTIONS', (monitor) => monitor.cleanup({ days: -1 })],
];

/** Does a call in the model and in the world, and compares what both answer and tell. */
async function both(
  { model, world, who }: Scope,
  expected: Expected,
  call: (monitor: TaskMonitor) => Promise<unknown>,
) {
  await expectAnswer(world, expected, call(world.monitors[who]) as Promise<never>);
  await expectTold(model, world);
}

function registration({ model, n }: Scope, fresh: string): ModelRegistration {
  const kept = [...model.tasks.keys()];
  return {
    // One in eight asks for an id that is taken.
    id: n % 8 === 7 ? (kept[n % (kept.length || 1)] ?? fresh) : fresh,
    type: TYPES[n % 3] ?? null,
    tags: TAGS[(n >> 2) % 3] ?? [],
    parentId: n % 5 === 0 ? (kept[0] ?? null) : null,
    key: n % 4 === 1 ? `key-${n % 3}` : null,
  };
}

function options({ id, type, tags, parentId, key }: ModelRegistration) {
  return {
    id,
    tags,
    ...(type !== null && { type }),
    // No part of its parent's progress, which a monitor would write at a moment of its own.
    ...(parentId !== null && { parentId, weight: 0 }),
    ...(key !== null && { idempotencyKey: key }),
  };
}

/** A function that has begun. */
function aRun(
  { model, n }: Scope,
  which: (run: ModelRun) => boolean = () => true,
): ModelRun | undefined {
  const runs = [...model.runs.byTask.values()].filter((run) => run.begun && which(run));
  return runs[n % (runs.length || 1)];
}

export const WRITE_STEPS = {
  register: (scope) => {
    const given = registration(scope, `task-${scope.model.ids.length}`);
    return both(scope, scope.model.register(given), (monitor) => monitor.register(options(given)));
  },
  start: (scope) =>
    both(scope, scope.model.start(scope.id, scope.monitorId), (monitor) => monitor.start(scope.id)),
  progress: (scope) => {
    const [input, update] = PROGRESS[scope.n % PROGRESS.length] ?? ['', {}];
    return both(scope, scope.model.progress(scope.id, update), (monitor) =>
      monitor.progress(scope.id, input),
    );
  },
  log: (scope) => {
    const lines = Array.from(
      { length: scope.n % 10 === 9 ? 120 : 1 + (scope.n % 3) },
      (_, at) => `line ${at}`,
    );
    return both(scope, scope.model.log(scope.id, lines), (monitor) => monitor.log(scope.id, lines));
  },
  complete: (scope) => {
    const { model, id, n } = scope;
    const [input, update] = PROGRESS[n % PROGRESS.length] ?? ['', {}];
    if (n % 2 === 0) {
      return both(scope, model.complete(id, scope.monitorId, `result ${n}`), (monitor) =>
        monitor.complete(id, { result: `result ${n}` }),
      );
    }
    return both(scope, model.complete(id, scope.monitorId, null, update), (monitor) =>
      monitor.complete(id, { progress: input }),
    );
  },
  fail: (scope) =>
    both(scope, scope.model.fail(scope.id, scope.monitorId, `reason ${scope.n}`), (monitor) =>
      monitor.fail(scope.id, new Error(`reason ${scope.n}`)),
    ),
  cancel: async (scope) => {
    const { model, world, id, n } = scope;
    const waits = model.runs.byTask.get(id)?.begun === false;
    const expected = model.cancel(id, scope.monitorId, `reason ${n}`);
    await both(scope, expected, (monitor) => monitor.cancel(id, { reason: `reason ${n}` }));
    // Nobody has to wait for a place any more.
    if (waits) await expectAnswer(world, expected, world.recorded(id));
  },
  remove: (scope) =>
    both(scope, scope.model.remove(scope.id), (monitor) => monitor.remove(scope.id)),

  cleanup: async ({ model, world, who, n }) => {
    const days = n % 3 === 0 ? 0 : (n % 5) / 1_440;
    const type = TYPES[n % 3] ?? null;
    const finishedBy = days === 0 ? Infinity : model.now - days * 86_400_000;
    const cleanedTasks = model.cleanup(finishedBy, type);
    const answer = await world.monitors[who].cleanup({ days, ...(type !== null && { type }) });
    if (answer.cleanedTasks !== cleanedTasks)
      throw new Error(`Expected ${cleanedTasks} to go, not ${answer.cleanedTasks}.`);
    await expectTold(model, world);
  },
  wrong: async (scope) => {
    const [code, call] = WRONG[scope.n % WRONG.length] ?? WRONG[0]!;
    await both(scope, code, (monitor) => call(monitor, scope.id));
  },

  run: async (scope) => {
    const { model, world } = scope;
    const given = { ...registration(scope, `task-${model.ids.length}`), key: null };
    if (model.tasks.has(given.id))
      return both(scope, 'TASK_EXISTS', (monitor) => monitor.run(options(given), () => {}));
    const timeoutMs = scope.n % 3 === 0 ? 5_000 : Infinity;
    model.run(given, scope.monitorId, timeoutMs);
    await world.run(scope.who, { ...options(given), ...(timeoutMs < Infinity && { timeoutMs }) });
    await expectTold(model, world);
  },
  returns: (scope) => endRun(scope, aRun(scope), 'returns'),
  throws: (scope) => endRun(scope, aRun(scope), 'throws'),
  stops: (scope) =>
    endRun(
      scope,
      aRun(scope, (run) => run.told !== null),
      'stops',
    ),

  pass: async ({ model, world, n }) => {
    const ms = [1, 900, 4_000, 11_000, 61_000][n % 5] ?? 1;
    model.pass(ms);
    await world.pass(ms);
    await expectTold(model, world, { anyOrder: true });
  },
  crash: async ({ model, world }) => {
    const crashed = world.crash();
    model.runs.drop(crashed);
    const orphans = model.heldBy(crashed);
    const before = model.now;
    model.pass(LONG_ENOUGH_MS);
    await world.pass(LONG_ENOUGH_MS);
    await endOrphans({ model, world }, orphans, 'ORPHANED', before);
  },
  shutDown: async ({ model, world }) => {
    const monitorId = await world.shutDown();
    model.runs.stopAll(monitorId);
    await endOrphans({ model, world }, model.heldBy(monitorId), 'SHUTDOWN', model.now);
  },
} as const satisfies Record<string, StepKind>;

/** A lease of 30 s, a grace of 30 s at most, and a search every 12 s at most. */
const LONG_ENOUGH_MS = 74_000;

async function endRun(
  { model, world }: Scope,
  run: ModelRun | undefined,
  how: 'returns' | 'throws' | 'stops',
) {
  if (run === undefined) return;
  const { givenUp, task } = run;
  const expected = model.runs.end(run, how);
  const recorded = world.endRun(task.id, how);
  // What was recorded of a function that was given up is what became of the task then.
  if (givenUp) await recorded.catch(() => {});
  else await expectAnswer(world, expected, recorded);
  await expectTold(model, world);
}

/** Who finds a dead owner, and when, is nobody's to say; that each of its tasks is failed, once, is. */
async function endOrphans(
  { model, world }: Pick<Scope, 'model' | 'world'>,
  orphans: readonly ModelTask[],
  code: 'ORPHANED' | 'SHUTDOWN',
  from: number,
): Promise<void> {
  const changes = await world.changes(model.told.length + orphans.length);
  for (const orphan of orphans) {
    const end = changes.find(
      (change) => change.type === 'task.failed' && change.task.id === orphan.id,
    );
    if (end?.type !== 'task.failed')
      throw new Error(`Expected task "${orphan.id}" to be failed as ${code}.`);
    const { error, completedAt, execution } = end.task;
    const at = completedAt ?? NaN;
    if (!(at >= from && at <= model.now))
      throw new Error(`Expected task "${orphan.id}" to end in its time, not ${at}.`);
    model.failFor(
      orphan,
      { code, message: error?.message ?? '', name: null, stack: null },
      code === 'ORPHANED' ? 'orphaned' : 'shutdown',
      execution.endedBy?.monitor ?? '',
      at,
    );
  }
  await expectTold(model, world, { anyOrder: true, changes });
}

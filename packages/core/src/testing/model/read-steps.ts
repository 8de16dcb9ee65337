import { expectAll, expectAnswer, expectSame, expectTask, expectTold } from './check.js';
import type { ModelTask } from './model-task.js';
import type { Scope, StepKind } from './step.js';
import type { ListOptions } from '../../list-options.js';
import type { TaskStatus } from '../../task.js';

const STATUSES = [
  undefined,
  'pending',
  'running',
  ['completed', 'failed'],
  ['pending', 'running'],
  ['cancelled', 'running', 'cancelled'],
] as const satisfies readonly ListOptions['status'][];

interface Asked {
  readonly status?: TaskStatus | readonly TaskStatus[];
  readonly type?: string;
  readonly tag?: string;
  readonly parentId?: string;
}

function asked({ n, id }: Scope): Asked {
  const status = STATUSES[n % STATUSES.length];
  return {
    ...(status !== undefined && { status }),
    ...(n % 3 === 1 && { type: 'ingest' }),
    ...(n % 5 === 1 && { tag: 'gpu' }),
    ...(n % 7 === 1 && { parentId: id }),
  };
}

function matching({ model }: Scope, { status, type, tag, parentId }: Asked): readonly ModelTask[] {
  const statuses = status === undefined ? null : [status].flat();
  return [...model.tasks.values()].filter(
    (task) =>
      (statuses === null || statuses.includes(task.status)) &&
      (type === undefined || task.type === type) &&
      (tag === undefined || task.tags.includes(tag)) &&
      (parentId === undefined || task.parentId === parentId),
  );
}

export const READ_STEPS = {
  get: (scope) =>
    expectAnswer(
      scope.world,
      scope.model.tasks.get(scope.id) ?? 'TASK_NOT_FOUND',
      scope.world.monitors[scope.who].get(scope.id),
    ),

  list: async (scope) => {
    const { world, who, n } = scope;
    const filter = asked(scope);
    const expected = matching(scope, filter);
    const order = ([undefined, 'newest', 'oldest'] as const)[(n >> 3) % 3];
    const onlyActive =
      filter.status !== undefined &&
      [filter.status].flat().every((one) => one === 'pending' || one === 'running');
    const sorted =
      (order ?? (onlyActive ? 'oldest' : 'newest')) === 'oldest'
        ? expected
        : [...expected].reverse();
    const limit = 1 + (n % 4);
    const read: string[] = [];
    for (let cursor: string | null = null, pages = 1; ; pages++) {
      const page = await world.monitors[who].list({
        ...filter,
        ...(order && { order }),
        limit,
        cursor,
      });
      expectSame(page.total, expected.length);
      for (const task of page.tasks) {
        read.push(task.id);
        expectTask(world, scope.model.tasks.get(task.id) as ModelTask, task);
      }
      cursor = page.nextCursor;
      if (cursor === null) {
        expectSame(pages, Math.max(1, Math.ceil(expected.length / limit)));
        break;
      }
      expectSame(page.tasks.length, limit);
    }
    expectSame(
      read,
      sorted.map(({ id }) => id),
    );
  },

  counts: async (scope) => {
    const monitor = scope.world.monitors[scope.who];
    const { status, ...rest } = asked(scope);
    const filter = { ...rest, ...(status !== undefined && { statuses: [status].flat() }) };
    const expected = matching(scope, { ...rest, ...(status !== undefined && { status }) });
    const number = (one: TaskStatus): number =>
      expected.filter((task) => task.status === one).length;
    expectSame(await monitor.count(filter), expected.length);
    const decided = number('completed') + number('failed');
    expectSame(await monitor.stats(filter), {
      totalTasks: expected.length,
      pendingTasks: number('pending'),
      runningTasks: number('running'),
      completedTasks: number('completed'),
      failedTasks: number('failed'),
      cancelledTasks: number('cancelled'),
      successRate: decided === 0 ? 0 : Number(((100 * number('completed')) / decided).toFixed(2)),
    });
  },

  output: async ({ model, world, who, id, n }) => {
    const task = model.tasks.get(id);
    const after = n % 5;
    const answer = await world.monitors[who]
      .output(id, { after })
      .catch((error: { code: string }) => error.code);
    if (task === undefined) expectSame(answer, 'TASK_NOT_FOUND');
    else
      expectSame(answer, {
        lines: task.lines.filter((line) => line.number > after),
        lastNumber: task.lastLine,
      });
  },

  everything: async ({ model, world }) => {
    await expectAll(model, world);
    await expectTold(model, world);
  },
} as const satisfies Record<string, StepKind>;

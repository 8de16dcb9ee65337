import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import { type Task, TASK_STATUSES } from './task.js';
import { ChangeLog } from './testing/change-log.js';
import { FakeClock } from './testing/fake-clock.js';
import { SeededRandom } from './testing/seeded-random.js';

const ROUNDS = 1_000;
const CALLERS = 50;

describe('50 callers of five monitors end one task at once', () => {
  const clock = new FakeClock();
  const store = new MemoryStore({ clock });
  const monitors = Array.from(
    { length: 5 },
    () => new TaskMonitor({ store, clock, closeStore: false }),
  );
  const random = new SeededRandom(3);

  afterAll(async () => {
    for (const monitor of monitors) await monitor.close();
    await store.close();
  });

  const calls: readonly ((monitor: TaskMonitor, id: string, caller: number) => Promise<Task>)[] = [
    (monitor, id, caller) => monitor.complete(id, { result: caller }),
    (monitor, id, caller) => monitor.fail(id, new Error(`caller ${caller}`)),
    (monitor, id, caller) => monitor.cancel(id, { reason: `caller ${caller}` }),
  ];

  it(`ends once in each of ${ROUNDS} rounds, and everybody is told the same end`, async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const monitor = random.of(monitors);
      const { id } = await monitor.register({ id: `race-${round}` });
      await monitor.start(id);
      const log = await ChangeLog.open(store);
      const answers = await Promise.allSettled(
        Array.from({ length: CALLERS }, (_, caller) =>
          random.of(calls)(random.of(monitors), id, caller),
        ),
      );

      const [end, ...after] = (await log.read()).map(({ type }) => type);
      if (!/^task\.(completed|failed|cancelled)$/.test(end ?? '')) {
        throw new Error(`Round ${round}: told ${end} first.`);
      }
      // Late outcomes are noted on the finished task.
      const others = after.filter((type) => type !== 'task.progress');
      if (others.length > 0)
        throw new Error(`Round ${round}: told ${others.join()} after the end.`);

      const task = await monitor.get(id);
      for (const answer of answers) {
        // `expect` fifty thousand times would take longer than the race.
        if (answer.status === 'rejected') {
          const { code } = answer.reason as { code: unknown };
          if (code !== 'INVALID_TRANSITION') throw answer.reason;
        } else if (
          answer.value.completedAt !== task.completedAt ||
          answer.value.status !== task.status
        ) {
          throw new Error(
            `Round ${round}: one caller was told ${answer.value.status}, the task is ${task.status}.`,
          );
        }
      }
      await monitor.remove(id);
    }
    expect(await store.counts({})).toEqual(
      Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])),
    );
  }, 400_000);

  it('notes the first of 50 late outcomes, and no other', async () => {
    const [monitor] = monitors as [TaskMonitor];
    const { id } = await monitor.register({ id: 'late-1' });
    await monitor.start(id);
    await monitor.cancel(id);
    const log = await ChangeLog.open(store);
    await Promise.all(
      Array.from({ length: CALLERS }, (_, caller) =>
        random.of(monitors).fail(id, new Error(`caller ${caller}`)),
      ),
    );
    expect((await monitor.get(id)).execution.lateOutcome?.message).toBe('caller 0');
    expect(await log.lines()).toEqual(['task.progress late-1 v4']);
  });

  it('leaves a task removed that is removed while callers report of it', async () => {
    for (let round = 1; round <= 200; round++) {
      const monitor = random.of(monitors);
      const { id } = await monitor.register({ id: `gone-${round}` });
      await monitor.start(id);
      const log = await ChangeLog.open(store);
      const answers = await Promise.allSettled(
        Array.from({ length: CALLERS }, (_, caller) => {
          const one = random.of(monitors);
          if (random.chance(0.2)) return one.remove(id);
          if (random.chance(0.3)) return one.progress(id, `caller ${caller}`);
          return random.of(calls)(one, id, caller);
        }),
      );
      for (const answer of answers) {
        if (answer.status === 'fulfilled') continue;
        const { code } = answer.reason as { code: string };
        if (code !== 'TASK_NOT_FOUND' && code !== 'INVALID_TRANSITION') throw answer.reason;
      }
      await monitor.remove(id).catch(() => {});
      const told = (await log.read()).map(({ type }) => type);
      expect(told.filter((type) => type === 'task.removed')).toHaveLength(1);
      expect(told[told.length - 1]).toBe('task.removed');
    }
  }, 400_000);
});

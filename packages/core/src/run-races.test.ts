import { setImmediate as turn } from 'node:timers/promises';
import { TaskAbortError } from './failure.js';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { RunContext } from './run-context.js';
import type { TaskStore } from './store.js';
import { isFinished, type Task } from './task.js';
import { FakeClock } from './testing/fake-clock.js';

/** A store that takes a turn of the event loop before it acts and one before it answers, as one over a network does. */
function slow(store: TaskStore): TaskStore {
  return new Proxy(store, {
    get: (target, name: keyof TaskStore) => {
      if (name === 'changesAfter') return target.changesAfter.bind(target);
      return async (...given: unknown[]) => {
        await turn();
        const answer: unknown = await (
          target[name] as (...args: unknown[]) => Promise<unknown>
        ).apply(target, given);
        await turn();
        return answer;
      };
    },
  });
}

const stops = ({ signal }: RunContext): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

/** Functions by what they make of being told to stop. */
const WORK: Record<string, (context: RunContext) => Promise<string>> = {
  'stops when it is told to': async (context) => {
    const { progress, step, log } = context;
    await progress({ current: 1, total: 2 });
    await step('first', () => log('a line'));
    await Promise.race([stops(context), turns(6)]);
    return 'value';
  },
  'does not listen': async ({ progress }) => {
    void progress('begun');
    await turns(8);
    return 'value';
  },
  'fails with an error of its own': async ({ signal }) => {
    await turns(5);
    if (signal.aborted) throw new Error('could not tidy up');
    return 'value';
  },
};

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await turn();
}

/** Moments until well after the longest of these functions has ended. */
const MOMENTS = 40;

type Canceller = (mine: TaskMonitor, other: TaskMonitor, id: string) => Promise<Task>;

const CANCELLERS: Record<string, Canceller> = {
  'its own monitor': (mine, _, id) => mine.cancel(id, { reason: 'superseded' }),
  'another monitor': (_, other, id) => other.cancel(id, { reason: 'superseded' }),
};

describe('cancelling a run at any moment of its life', () => {
  for (const [kind, work] of Object.entries(WORK)) {
    for (const [who, cancel] of Object.entries(CANCELLERS)) {
      it(`ends it once and tells the truth: work that ${kind}, cancelled by ${who}`, async () => {
        const clock = new FakeClock();
        const memory = new MemoryStore({ clock });
        const store = slow(memory);
        const errors: unknown[] = [];
        const onError = (error: unknown): unknown => errors.push(error);
        const open = (concurrency?: number): TaskMonitor =>
          new TaskMonitor({
            store,
            clock,
            onError,
            closeStore: false,
            ...(concurrency && { concurrency }),
          });
        const mine = open(1);
        const other = open();
        const ends = new Map<string, number>();
        const watching = (async () => {
          for await (const event of other.watch()) {
            if (!('task' in event) || event.type === 'task.progress') continue;
            const { id, status } = event.task;
            if (isFinished(status) && event.type === `task.${status}`)
              ends.set(id, (ends.get(id) ?? 0) + 1);
          }
        })();
        const statuses = new Set<string>();
        for (let moment = 0; moment < MOMENTS; moment++) {
          let begun = false;
          const id = `run-${moment}`;
          // It waits for its place for a while, so that cancelling meets it there, too.
          const before = await mine.run({}, () => turns(6));
          const run = await mine.run({ id }, (context) => {
            begun = true;
            return work(context);
          });
          await turns(moment);
          const [cancelled, finished, recorded] = await Promise.allSettled([
            cancel(mine, other, id),
            run.finished,
            run.recorded,
            before.finished,
          ]);
          const task = await memory.get(id);
          expect(recorded).toEqual({ status: 'fulfilled', value: task });
          expect(isFinished(task?.status ?? 'pending')).toBe(true);
          statuses.add(task?.status ?? '');
          if (cancelled.status === 'rejected') {
            expect(cancelled.reason).toMatchObject({ code: 'INVALID_TRANSITION' });
            expect(task?.status).toBe('completed');
          }
          if (task?.status === 'completed')
            expect(finished).toEqual({ status: 'fulfilled', value: 'value' });
          if (task?.status === 'failed')
            expect(finished).toMatchObject({ reason: { message: 'could not tidy up' } });
          if (task?.status === 'cancelled') {
            expect(task.execution.cancel).toMatchObject({ reason: 'superseded', forced: false });
            if (!begun)
              expect(finished).toMatchObject({ reason: expect.any(TaskAbortError) as Error });
          }
        }
        // The place was given back each time.
        expect(await (await mine.run({}, () => 'next')).finished).toBe('next');
        expect(statuses.size).toBeGreaterThan(1);
        await Promise.all([mine.close(), other.close()]);
        await watching;
        for (let moment = 0; moment < MOMENTS; moment++) expect(ends.get(`run-${moment}`)).toBe(1);
        expect(errors).toEqual([]);
        expect(clock.timers).toBe(0);
      });
    }
  }
});

/** Races of workers with those who declare them dead, which queues on databases have met in the field. */
describe('a worker that was declared dead', () => {
  let clock: FakeClock;
  let store: MemoryStore;
  let worker: TaskMonitor;
  let other: TaskMonitor;
  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryStore({ clock });
    worker = new TaskMonitor({ store, clock, closeStore: false, concurrency: 1 });
    other = new TaskMonitor({ store, clock, closeStore: false });
  });
  afterEach(async () => {
    const closed = Promise.all([worker.close(), other.close()]);
    await clock.advanceAsync(10_000);
    await closed;
  });

  const declareDead = (): Promise<unknown> =>
    store.expireLeases({
      dead: [ownerId],
      expired: false,
      gapMs: 16_000,
      graceMs: 30_000,
      error: { code: 'ORPHANED', message: 'It died.', name: null, stack: null },
      endedBy: { cause: 'orphaned', monitor: other.id },
      at: clock.now(),
      limit: 100,
      operation: { writer: other.id, sequence: 1_000_000 },
    });
  let ownerId: string;
  const begin = async (work: (context: RunContext) => Promise<unknown>) => {
    const run = await worker.run({ id: 'a1' }, work);
    await clock.advanceAsync(0);
    ownerId = (await other.get('a1')).execution.owner?.id ?? '';
    return run;
  };

  it('finishes late: the task stays as it is, and what was done is noted', async () => {
    let finish!: (value: string) => void;
    const run = await begin(() => new Promise((resolve) => (finish = resolve)));
    await declareDead();
    finish('value');
    expect(await run.finished).toBe('value');
    expect(await run.recorded).toMatchObject({
      status: 'failed',
      error: { code: 'ORPHANED' },
      execution: { lateOutcome: { status: 'completed' } },
    });
  });

  it('fails late: the first failure stays, the second is noted', async () => {
    let fail!: (error: Error) => void;
    const run = await begin(() => new Promise((_, reject) => (fail = reject)));
    await declareDead();
    fail(new Error('disk full'));
    await expect(run.finished).rejects.toThrow('disk full');
    expect(await run.recorded).toMatchObject({
      error: { code: 'ORPHANED' },
      execution: { lateOutcome: { status: 'failed', message: 'disk full' } },
    });
  });

  it('gives back its own place and nobody else’s when it ends late', async () => {
    const order: string[] = [];
    let finish!: () => void;
    const late = await begin(() => new Promise<void>((resolve) => (finish = resolve)));
    await declareDead();
    // It learns of it with its next renewal, and goes on under a new owner.
    await clock.advanceAsync(5_000);
    const next = await worker.run({}, async () => {
      order.push('next');
      await turns(3);
      order.push('next ended');
    });
    const third = await worker.run({}, () => void order.push('third'));
    await clock.advanceAsync(0);
    expect(order).toEqual([]);
    finish();
    await Promise.allSettled([late.finished, next.finished, third.finished]);
    expect(order).toEqual(['next', 'next ended', 'third']);
  });

  it('renews its lease at the moment it is taken away: it is dead or alive, and never both', async () => {
    for (let round = 0; round < 50; round++) {
      const id = `race-${round}`;
      const run = await worker.run({ id }, stops);
      await clock.advanceAsync(0);
      ownerId = (await other.get(id)).execution.owner?.id ?? '';
      const renewed = clock.advanceAsync(5_000);
      if (round % 2 === 0) await turns(round % 5);
      await declareDead();
      await renewed;
      const { status } = await other.get(id);
      await clock.advanceAsync(5_000);
      if (status === 'running') await worker.cancel(id);
      const ended = await run.recorded;
      expect(isFinished(ended.status)).toBe(true);
      expect(await other.get(id)).toEqual(ended);
      // Whatever came of it, the worker takes new work under an owner that is alive.
      const alive = await worker.run({}, () => 'done');
      expect(await alive.finished).toBe('done');
      expect((await alive.recorded).status).toBe('completed');
    }
  });
});

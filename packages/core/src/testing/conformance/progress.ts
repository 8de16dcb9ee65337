import { CREATED_AT } from '../builders.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { applyProgress, type Progress, type ProgressUpdate } from '../../progress.js';
import { describe, expect, it } from '../runner.js';
import { SeededRandom } from '../seeded-random.js';
import { expectNoWrite } from '../snapshot.js';
import { TASK_STATUSES } from '../../task.js';
import { Writer } from '../writer.js';

const AT = CREATED_AT + 2_000;

/** What each update makes of `{ message: 'embedding', current: 3, total: 4, unit: 'segments', percent: 75 }`. */
const MERGES: readonly (readonly [string, ProgressUpdate, Partial<Progress>])[] = [
  ['a message leaves the counts', { message: 'storing' }, { message: 'storing' }],
  ['a count leaves message and total', { current: 4 }, { current: 4, percent: 100 }],
  ['a total leaves the count', { total: 12 }, { total: 12, percent: 25 }],
  ['a percentage leaves the counts', { percent: 12.34 }, { percent: 12.34 }],
  [
    'a percentage wins over the counts beside it',
    { current: 1, percent: 99 },
    { current: 1, percent: 99 },
  ],
  ['a unit leaves everything else', { unit: 'frames' }, { unit: 'frames' }],
  ['`null` clears a message', { message: null }, { message: null }],
  [
    '`null` clears a total, and the percentage with it',
    { total: null },
    { total: null, percent: null },
  ],
  [
    'a total of 0 has no percentage',
    { current: 0, total: 0 },
    { current: 0, total: 0, percent: null },
  ],
  ['`null` clears a percentage', { percent: null }, { percent: null }],
  [
    'two decimals of a percentage are kept',
    { current: 1, total: 3 },
    { current: 1, total: 3, percent: 33.33 },
  ],
  ['nothing but the instant changes', {}, {}],
  [
    'large and fractional counts are exact',
    { current: 0.1 + 0.2, total: Number.MAX_SAFE_INTEGER },
    { current: 0.1 + 0.2, total: Number.MAX_SAFE_INTEGER, percent: 0 },
  ],
];

export function describeProgress(open: OpenTaskStore): void {
  describe('progress', () => {
    const opened = eachWithItsOwn(open);

    it('begins with what was said first', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const running = await writer.createRunning();
      const answer = await writer.tryProgress(
        'task-1',
        { message: 'Processing video segments...' },
        AT,
      );
      const task = {
        ...running,
        version: running.version + 1,
        progress: {
          message: 'Processing video segments...',
          current: null,
          total: null,
          unit: null,
          percent: null,
          updatedAt: AT,
          steps: [],
          children: null,
        },
      };
      expect(answer).toEqual({ outcome: 'applied', task });
      expect(await store.get('task-1')).toEqual(task);
    });

    for (const [name, update, expected] of MERGES) {
      it(`is merged: ${name}`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        await writer.createRunning();
        const first = { message: 'embedding', current: 3, total: 4, unit: 'segments' };
        await writer.progress('task-1', first, AT);
        const merged = {
          ...first,
          percent: 75,
          ...expected,
          updatedAt: AT + 500,
          steps: [],
          children: null,
        };
        expect((await writer.progress('task-1', update, AT + 500)).progress).toEqual(merged);
        expect((await store.get('task-1'))?.progress).toEqual(merged);
      });
    }

    it('keeps steps, and what they and the children come to', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      const steps = [
        { name: 'download', weight: 1, planned: true },
        { name: 'embed', weight: 3, planned: true },
      ];
      await writer.progress('task-1', { message: 'reading', steps }, AT);
      const begun = { name: 'download', status: 'running', startedAt: AT + 1 } as const;
      await writer.progress('task-1', { steps: [begun] }, AT + 1);
      const ended = { name: 'download', status: 'completed', completedAt: AT + 2 } as const;
      await writer.progress('task-1', { steps: [ended] }, AT + 2);
      const counted = { current: 12, total: 80, unit: 'segments' };
      await writer.progress('task-1', { steps: [{ name: 'embed', progress: counted }] }, AT + 3);
      const children = [{ step: 'embed', weight: 2, done: 1 }];
      await writer.progress('task-1', { children }, AT + 4);
      await writer.progress('task-1', { children: [{ step: null, weight: 4, done: 0.5 }] }, AT + 5);
      const nothing = { within: null, message: null, current: null, total: null, unit: null };
      const progress = {
        message: null,
        current: null,
        total: null,
        unit: null,
        // The first four of eight parts were 36.25 % done, before four more came.
        percent: 36.25,
        updatedAt: AT + 5,
        steps: [
          {
            ...nothing,
            ...ended,
            weight: 1,
            planned: true,
            startedAt: AT + 1,
            percent: null,
            children: null,
          },
          {
            ...nothing,
            name: 'embed',
            weight: 3,
            planned: true,
            status: 'pending',
            startedAt: null,
            completedAt: null,
            ...counted,
            percent: 15,
            children: { weight: 2, done: 1 },
          },
        ],
        children: { weight: 4, done: 0.5 },
      };
      expect((await store.get('task-1'))?.progress).toEqual(progress);
    });

    it('ends the steps of a task with it, and is whole when that is completed', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (const [id, status, percent] of [
        ['task-1', 'completed', 100],
        ['task-2', 'failed', 0],
      ] as const) {
        await writer.createRunning({ id });
        const step = { name: 'embed', status: 'running', startedAt: AT } as const;
        await writer.progress(id, { steps: [{ ...step, progress: { percent: 0 } }] }, AT);
        await writer.end(id, { status, completedAt: AT + 9 });
        expect((await store.get(id))?.progress).toMatchObject({
          percent,
          // Nobody waited for it.
          steps: [{ name: 'embed', status: 'cancelled', completedAt: AT + 9 }],
        });
      }
    });

    it('is what the updates come to one after the other', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const random = new SeededRandom(7);
      await writer.createRunning();
      let expected: Progress | null = null;
      for (let step = 1; step <= 100; step++) {
        const update = randomUpdate(random);
        const at = AT + random.below(50_000);
        expected = applyProgress(expected, update, at);
        expect((await writer.progress('task-1', update, at)).progress).toEqual(expected);
      }
      expect(await store.get('task-1')).toMatchObject({ version: 102, progress: expected });
    });

    it('keeps the latest instant when the clock of its caller was set back', async () => {
      const writer = new Writer(opened().store);
      await writer.createRunning();
      await writer.progress('task-1', { current: 1 }, AT);
      const { progress } = await writer.progress('task-1', { current: 2 }, AT - 60_000);
      expect(progress).toMatchObject({ current: 2, updatedAt: AT });
    });

    for (const status of TASK_STATUSES.filter((other) => other !== 'running')) {
      it(`is refused by a ${status} task`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        const task = await writer.createIn(status);
        await expectNoWrite(store, async () => {
          expect(await writer.tryProgress('task-1', { percent: 50 })).toEqual({
            outcome: 'conflict',
            task,
          });
        });
      });
    }

    it('compares the owner where one is given', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const task = await writer.createRunning();
      await expectNoWrite(store, async () => {
        const answer = await writer.tryProgress('task-1', { percent: 50 }, AT, 'owner-2');
        expect(answer).toEqual({ outcome: 'conflict', task });
      });
      const answer = await writer.tryProgress('task-1', { percent: 50 }, AT, 'owner-1');
      expect(answer).toMatchObject({ outcome: 'applied', task: { progress: { percent: 50 } } });
    });

    it('says that there is no such task', async () => {
      const { store } = opened();
      await expectNoWrite(store, async () => {
        const answer = await new Writer(store).tryProgress('task-1', { percent: 50 });
        expect(answer).toEqual({ outcome: 'missing', task: null });
      });
    });
  });
}

function randomUpdate(random: SeededRandom): ProgressUpdate {
  const total = random.below(100);
  return {
    ...(random.chance(0.5) && { message: random.of(['embedding', 'storing', null, '']) }),
    ...(random.chance(0.3) && { total: random.of([total, null]) }),
    ...(random.chance(0.5) && { current: random.of([random.below(total + 1), null]) }),
    ...(random.chance(0.2) && { unit: random.of(['segments', null]) }),
    ...(random.chance(0.2) && { percent: random.of([random.below(10_001) / 100, null]) }),
  };
}

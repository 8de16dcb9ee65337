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
        const merged = { ...first, percent: 75, ...expected, updatedAt: AT + 500 };
        expect((await writer.progress('task-1', update, AT + 500)).progress).toEqual(merged);
        expect((await store.get('task-1'))?.progress).toEqual(merged);
      });
    }

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

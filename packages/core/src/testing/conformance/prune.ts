import { aParent, CREATED_AT } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { allTasks, expectNoWrite } from '../snapshot.js';
import type { TaskStore } from '../../store.js';
import { Writer } from '../writer.js';

export function describePrune(open: OpenTaskStore): void {
  describe('prune', () => {
    const opened = eachWithItsOwn(open);

    it('removes what finished at or before an instant', async () => {
      const { store } = opened();
      const writer = await finishedAt(store, [1_000, 1_001, 999, 5_000]);
      expect(await writer.prune({ completedBefore: CREATED_AT + 1_000 })).toEqual({
        removed: 2,
        more: false,
      });
      expect(await idsIn(store)).toEqual(['task-2', 'task-4']);
    });

    it('goes by when a task finished, not by when it was made', async () => {
      const { store } = opened();
      const writer = await finishedAt(store, [9_000, 1_000]);
      await writer.prune({ completedBefore: CREATED_AT + 5_000 });
      expect(await idsIn(store)).toEqual(['task-1']);
    });

    it('keeps only as many finished tasks as it is told, those that finished last', async () => {
      const { store } = opened();
      const writer = await finishedAt(store, [5_000, 1_000, 4_000, 2_000, 3_000]);
      expect(await writer.prune({ keepFinished: 2 })).toEqual({ removed: 3, more: false });
      expect(await idsIn(store)).toEqual(['task-1', 'task-3']);
    });

    it('removes nothing while there are no more finished tasks than are kept', async () => {
      const { store } = opened();
      const writer = await finishedAt(store, [1_000, 2_000, 3_000]);
      await writer.createRunning();
      await writer.create();
      await expectNoWrite(store, async () => {
        expect(await writer.prune({ keepFinished: 3 })).toEqual({ removed: 0, more: false });
        expect(await writer.prune({ keepFinished: Number.MAX_SAFE_INTEGER })).toEqual({
          removed: 0,
          more: false,
        });
      });
    });

    it('applies age first, and the number to those that would stay', async () => {
      const { store } = opened();
      const writer = await finishedAt(store, [1_000, 2_000, 3_000, 4_000, 5_000]);
      expect(await writer.prune({ completedBefore: CREATED_AT + 1_500, keepFinished: 3 })).toEqual({
        removed: 2,
        more: false,
      });
      expect(await idsIn(store)).toEqual(['task-3', 'task-4', 'task-5']);
      await writer.prune({ completedBefore: CREATED_AT + 4_500, keepFinished: 3 });
      expect(await idsIn(store)).toEqual(['task-5']);
    });

    it('never removes an active task', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (const status of ['pending', 'running', 'completed', 'failed', 'cancelled'] as const) {
        await writer.createIn(status);
      }
      const everything = { completedBefore: Number.MAX_SAFE_INTEGER, keepFinished: 0 };
      await expectNoWrite(store, async () => {
        expect(
          (await writer.prune({ ...everything, filter: { statuses: ['pending', 'running'] } }))
            .removed,
        ).toBe(0);
      });
      expect((await writer.prune(everything)).removed).toBe(3);
      expect(await idsIn(store)).toEqual(['task-1', 'task-2']);
    });

    it('removes only what matches, and counts only that', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (let made = 0; made < 3; made++) {
        await writer.createFinished({ type: 'ingest', tags: ['nightly'], parent: aParent() });
        await writer.createFinished({ type: 'search' });
      }
      for (const filter of [
        { type: 'ingest' },
        { tag: 'nightly' },
        { parentId: 'batch-1' },
        { type: 'ingest', tag: 'nightly' },
      ]) {
        await expectNoWrite(store, async () => {
          expect((await writer.prune({ keepFinished: 3, filter })).removed).toBe(0);
          expect(
            (await writer.prune({ keepFinished: 0, filter: { ...filter, statuses: ['failed'] } }))
              .removed,
          ).toBe(0);
        });
      }
      expect((await writer.prune({ keepFinished: 2, filter: { type: 'ingest' } })).removed).toBe(1);
      expect(
        (
          await writer.prune({
            keepFinished: 0,
            filter: { statuses: ['completed'], tag: 'nightly' },
          })
        ).removed,
      ).toBe(2);
      expect((await allTasks(store)).map((task) => task.type)).toEqual([
        'search',
        'search',
        'search',
      ]);
    });

    it('removes at most as many as it is told, those that finished first first', async () => {
      const { store } = opened();
      const writer = await finishedAt(store, [5_000, 1_000, 4_000, 2_000, 3_000]);
      const request = { completedBefore: CREATED_AT + 4_500, limit: 2 };
      expect(await writer.prune(request)).toEqual({ removed: 2, more: true });
      expect(await idsIn(store)).toEqual(['task-1', 'task-3', 'task-5']);
      expect((await writer.prune(request)).removed).toBe(2);
      expect(await idsIn(store)).toEqual(['task-1']);
      expect(await writer.prune(request)).toEqual({ removed: 0, more: false });
    });

    it('tells which tasks went, in one change', async () => {
      const { store } = opened();
      const writer = await finishedAt(store, [1_000, 2_000, 3_000]);
      const log = await ChangeLog.open(store);
      await writer.prune({ keepFinished: 1 });
      await writer.prune({ keepFinished: 1 });
      expect(await log.lines()).toEqual(['task.removed task-1 task-2']);
    });

    it('takes everything of a task with it', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.create({ type: 'ingest', tags: ['nightly'] }, 'key-1');
      await writer.start('task-1');
      await writer.log('task-1', 'line');
      await writer.end('task-1');
      await writer.prune({ keepFinished: 0 });
      expect(await store.get('task-1')).toBeNull();
      expect(await store.output('task-1', 0)).toBeNull();
      for (const filter of [{}, { type: 'ingest' }, { tag: 'nightly' }]) {
        expect(await allTasks(store, filter)).toEqual([]);
        expect((await store.counts(filter)).completed).toBe(0);
      }
      expect((await writer.tryCreate({ id: 'task-1' }, 'key-1')).outcome).toBe('applied');
    });

    it('removes a thousand tasks slice by slice', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (let made = 0; made < 1_000; made++) await writer.create();
      for (let ended = 1; ended <= 1_000; ended++) {
        await writer.end(`task-${ended}`, { completedAt: CREATED_AT + ((ended * 37) % 1_000) });
      }
      let removed = 0;
      for (let more = true; more;) {
        const answer = await writer.prune({ keepFinished: 100, limit: 150 });
        expect(answer.removed).toBeLessThanOrEqual(150);
        removed += answer.removed;
        more = answer.more;
      }
      expect(removed).toBe(900);
      const kept = (await allTasks(store)).map((task) => (task.completedAt ?? 0) - CREATED_AT);
      expect(kept.sort((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, index) => 900 + index),
      );
    });
  });
}

/** Tasks `task-1`, `task-2` … that finished so many milliseconds after they were made. */
async function finishedAt(store: TaskStore, instants: readonly number[]): Promise<Writer> {
  const writer = new Writer(store);
  for (const [index, instant] of instants.entries()) {
    await writer.create();
    await writer.end(`task-${index + 1}`, { completedAt: CREATED_AT + instant });
  }
  return writer;
}

async function idsIn(store: TaskStore): Promise<readonly string[]> {
  return (await allTasks(store)).map((task) => task.id);
}

import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { allTasks, expectNoWrite } from '../snapshot.js';
import { ACTIVE_STATUSES, FINISHED_STATUSES } from '../../task.js';
import { Writer } from '../writer.js';

export function describeRemove(open: OpenTaskStore): void {
  describe('remove', () => {
    const opened = eachWithItsOwn(open);

    for (const status of FINISHED_STATUSES) {
      it(`removes a ${status} task, and everything of it`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        await writer.createIn(status, { type: 'ingest', tags: ['nightly'] });
        await writer.create();
        const log = await ChangeLog.open(store);
        expect((await writer.tryRemove('task-1')).outcome).toBe('applied');
        expect(await store.get('task-1')).toBeNull();
        expect(await store.output('task-1', 0)).toBeNull();
        expect((await allTasks(store)).map((task) => task.id)).toEqual(['task-2']);
        expect(await allTasks(store, { tag: 'nightly' })).toEqual([]);
        expect((await store.counts({}))[status]).toBe(0);
        expect((await store.counts({ type: 'ingest' }))[status]).toBe(0);
        expect(await log.lines()).toEqual(['task.removed task-1']);
      });
    }

    for (const status of ACTIVE_STATUSES) {
      it(`refuses a ${status} task`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        const task = await writer.createIn(status);
        await expectNoWrite(store, async () => {
          expect(await writer.tryRemove('task-1')).toEqual({ outcome: 'conflict', task });
        });
      });
    }

    it('says that there is no such task, and none any more', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createFinished();
      await writer.remove('task-1');
      await expectNoWrite(store, async () => {
        for (const id of ['task-1', 'task-2', '__proto__']) {
          expect(await writer.tryRemove(id)).toEqual({ outcome: 'missing', task: null });
        }
      });
    });

    it('refuses an active task that was given the id of a finished one, in the same version', async () => {
      const { store, another } = opened();
      const writer = new Writer(store);
      await writer.createIn('pending');
      await writer.end('task-1');
      const other = new Writer(await another(), 'monitor-2');
      await other.remove('task-1');
      await other.create({ id: 'task-1' });
      const task = await other.log('task-1', 'line');
      await expectNoWrite(store, async () => {
        expect(await writer.tryRemove('task-1')).toEqual({ outcome: 'conflict', task });
      });
      expect(await store.counts({})).toMatchObject({ pending: 1, completed: 0 });
    });

    it('leaves nothing to write to', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createFinished();
      await writer.remove('task-1');
      await expectNoWrite(store, async () => {
        const missing = { outcome: 'missing', task: null };
        expect(await writer.tryEnd('task-1')).toEqual(missing);
        expect(await writer.tryProgress('task-1', { percent: 1 })).toEqual(missing);
        expect(await writer.tryLog('task-1', 'line')).toEqual(missing);
        expect(await writer.tryRequestCancel('task-1')).toEqual(missing);
      });
    });
  });
}

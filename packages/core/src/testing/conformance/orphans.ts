import { anOwner, CREATED_AT } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { LeaseSearch, ORPHANED, renew, take } from '../lease-search.js';
import { expectNoWrite } from '../snapshot.js';
import { FINISHED_STATUSES } from '../../task.js';
import { Writer } from '../writer.js';

export function describeOrphans(open: OpenTaskStore): void {
  describe('expireLeases', () => {
    const opened = eachWithItsOwn(open);

    it('fails a running task of an owner that is gone, which keeps its progress and output', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await writer.createRunning();
      await writer.log('task-1', 'the last line');
      const before = await writer.progress('task-1', {
        message: 'embedding',
        current: 3,
        total: 4,
      });
      const log = await ChangeLog.open(store);
      await advanceLeaseClock(12_000);
      const answer = await search.search({ at: CREATED_AT + 60_000 });
      const task = {
        ...before,
        version: before.version + 1,
        status: 'failed',
        completedAt: CREATED_AT + 60_000,
        error: ORPHANED,
        execution: { ...before.execution, endedBy: { cause: 'orphaned', monitor: 'monitor-7' } },
      };
      expect(answer).toEqual({ tasks: [task], more: false, holders: [] });
      expect(await store.get('task-1')).toEqual(task);
      expect((await store.output('task-1', 0))?.lines.map((line) => line.text)).toEqual([
        'the last line',
      ]);
      expect(await log.lines()).toEqual([`task.failed task-1 v${task.version}`]);
    });

    it('fails a pending task that waits for an owner that is gone, and no other pending one', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await writer.create({ owner: anOwner('owner-1'), driver: 'runner' });
      await writer.create();
      await advanceLeaseClock(12_000);
      expect(await search.searchAll()).toMatchObject([
        { id: 'task-1', status: 'failed', startedAt: null },
      ]);
      expect(await store.get('task-2')).toMatchObject({ status: 'pending', version: 1 });
    });

    it('fails at once, where it is asked to, what an owner without a lease left, and nothing else', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = new LeaseSearch(store);
      await take(store, 'owner-1');
      await take(store, 'owner-2', 10_000);
      await search.search({ dead: ['owner-1'], expired: false });
      // The server did only then what the dead had asked for.
      await writer.createRunning({}, anOwner('owner-1'));
      await writer.create({ owner: anOwner('owner-1'), driver: 'runner' });
      await writer.createRunning({}, anOwner('owner-2'));
      await writer.create();
      await advanceLeaseClock(12_000);
      const named = await search.searchAll({ expired: false });
      expect(named).toEqual([]);
      const ended = await search.searchAll({ expired: false, withoutLease: true });
      expect(ended.map((task) => [task.id, task.status, task.error?.code])).toEqual([
        ['task-1', 'failed', 'ORPHANED'],
        ['task-2', 'failed', 'ORPHANED'],
      ]);
      expect((await store.get('task-3'))?.status).toBe('running');
      expect((await store.get('task-4'))?.status).toBe('pending');
    });

    it('ends only owners whose lease ran out', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await take(store, 'owner-2', 30_000);
      await writer.createRunning({}, anOwner('owner-1'));
      await writer.createRunning({}, anOwner('owner-2'));
      await advanceLeaseClock(12_000);
      expect((await search.searchAll()).map((task) => task.id)).toEqual(['task-1']);
      expect((await renew(store, 'owner-2')).outcome).toBe('held');
      await advanceLeaseClock(12_000);
      expect(await search.searchAll()).toEqual([]);
      expect(await store.get('task-2')).toMatchObject({ status: 'running' });
    });

    it('leaves finished tasks of a dead owner alone', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (const status of FINISHED_STATUSES) await writer.createFinished({}, { status });
      await take(store, 'owner-1');
      await expectNoWrite(store, async () => {
        expect(
          await new LeaseSearch(store).searchAll({ dead: ['owner-1'], expired: false }),
        ).toEqual([]);
      });
    });

    it('leaves tasks alone whose owner renewed before the search', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await writer.createRunning();
      await advanceLeaseClock(12_000);
      await renew(store, 'owner-1', 10_000);
      await expectNoWrite(store, async () => {
        expect(await search.searchAll()).toEqual([]);
      });
    });

    it('fails the tasks of owners that are named as dead, whatever their lease says', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await take(store, 'owner-1');
      await take(store, 'owner-3');
      for (const owner of ['owner-1', 'owner-2', 'owner-3'])
        await writer.createRunning({}, anOwner(owner));
      const dead = await new LeaseSearch(store).search({
        dead: ['owner-1', 'owner-2', 'unknown-1'],
        expired: false,
      });
      expect([...dead.tasks].map((task) => task.id).sort()).toEqual(['task-1', 'task-2']);
      expect(dead.holders.map(({ owner }) => owner.id)).toEqual(['owner-3']);
      expect(await store.get('task-3')).toMatchObject({ status: 'running' });
    });

    it('does not look for leases that ran out when only the dead are to be ended', async () => {
      const { store, advanceLeaseClock } = opened();
      const search = await LeaseSearch.opened(store);
      const writer = new Writer(store);
      await take(store, 'owner-1', 10_000);
      await writer.createRunning();
      await writer.createRunning({}, anOwner('owner-without-a-lease'));
      await advanceLeaseClock(12_000);
      await expectNoWrite(store, async () => {
        const { holders } = await search.search({ expired: false, dead: ['owner-2'] });
        expect(holders).toHaveLength(1);
      });
    });

    it('writes the error and the cause that it is given', async () => {
      const { store } = opened();
      await new Writer(store).createRunning();
      const error = {
        ...ORPHANED,
        code: 'SHUTDOWN',
        message: 'The process was shut down.',
      } as const;
      const endedBy = { cause: 'shutdown', monitor: 'monitor-1' } as const;
      await new LeaseSearch(store).search({ dead: ['owner-1'], expired: false, error, endedBy });
      expect(await store.get('task-1')).toMatchObject({ error, execution: { endedBy } });
    });

    it('never stores an end before the beginning', async () => {
      const { store } = opened();
      const { startedAt } = await new Writer(store).createRunning();
      await new LeaseSearch(store).search({
        dead: ['owner-1'],
        expired: false,
        at: CREATED_AT - 60_000,
      });
      expect((await store.get('task-1'))?.completedAt).toBe(startedAt);
    });

    it('fails at most as many tasks as it is told, and says whether more are left', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await take(store, 'owner-1');
      for (let made = 0; made < 5; made++) await writer.createRunning();
      const search = new LeaseSearch(store);
      const log = await ChangeLog.open(store);
      const first = await search.search({ dead: ['owner-1'], expired: false, limit: 2 });
      expect(first.tasks).toHaveLength(2);
      expect(first.more).toBe(true);
      expect(await store.counts({})).toMatchObject({ running: 3, failed: 2 });
      const rest = await search.searchAll({ dead: ['owner-1'], expired: false, limit: 2 });
      expect(rest).toHaveLength(3);
      expect([...(await log.lines())].sort()).toEqual(
        [1, 2, 3, 4, 5].map((id) => `task.failed task-${id} v3`),
      );
      expect((await renew(store, 'owner-1')).outcome).toBe('lost');
    });

    it('goes on with the tasks of a lease that ran out until none is left', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = await LeaseSearch.opened(store);
      for (const owner of ['owner-1', 'owner-2']) {
        await take(store, owner, 10_000);
        for (let made = 0; made < 3; made++) await writer.createRunning({}, anOwner(owner));
      }
      await advanceLeaseClock(12_000);
      expect(await search.searchAll({ limit: 2 })).toHaveLength(6);
      expect(await store.counts({})).toMatchObject({ running: 0, failed: 6 });
      expect((await search.search()).holders).toEqual([]);
    });

    it('fails each task once when many search at the same moment', async () => {
      const { store, another, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const searches = [
        await LeaseSearch.opened(store),
        await LeaseSearch.opened(await another(), 'monitor-8'),
      ];
      await take(store, 'owner-1', 10_000);
      for (let made = 0; made < 10; made++) await writer.createRunning();
      await advanceLeaseClock(12_000);
      const found = await Promise.all(
        Array.from(
          { length: 20 },
          async (_, index) => (await searches[index % 2]?.searchAll({ limit: 3 })) ?? [],
        ),
      );
      expect(
        found
          .flat()
          .map((task) => task.id)
          .sort(),
      ).toEqual(Array.from({ length: 10 }, (_, index) => `task-${index + 1}`).sort());
    });

    it('finds a task that was given to an owner after its lease was released', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1');
      await take(store, 'owner-2');
      await store.releaseLease('owner-1');
      await writer.createRunning({}, anOwner('owner-1'));
      await writer.createRunning({}, anOwner('owner-2'));
      await advanceLeaseClock(12_000);
      expect((await search.searchAll()).map((task) => task.id)).toEqual(['task-1']);
    });

    it('finds a task that was given to an owner after its lease was lost', async () => {
      const { store, advanceLeaseClock } = opened();
      const writer = new Writer(store);
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await writer.create();
      await advanceLeaseClock(12_000);
      await search.search();
      // Its process was away between looking at its lease and starting the task.
      await writer.start('task-1', { owner: anOwner('owner-1') });
      await advanceLeaseClock(12_000);
      await search.searchAll();
      expect(await store.get('task-1')).toMatchObject({
        status: 'failed',
        error: { code: 'ORPHANED' },
      });
    });
  });
}

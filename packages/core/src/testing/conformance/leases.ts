import { aCancellation, anOwner } from '../builders.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { aLeaseHolder } from '../builders.js';
import { LeaseSearch, take, renew } from '../lease-search.js';
import { Writer } from '../writer.js';

export function describeLeases(open: OpenTaskStore): void {
  describe('lease', () => {
    const opened = eachWithItsOwn(open);

    it('is held by who takes it, and shows who that is', async () => {
      const { store } = opened();
      expect(await take(store, 'owner-1')).toEqual({ outcome: 'held', cancelRequested: [] });
      expect((await take(store, 'owner-2')).outcome).toBe('held');
      const { holders } = await new LeaseSearch(store).search({ expired: false });
      expect(sortedById(holders)).toEqual([aLeaseHolder('owner-1'), aLeaseHolder('owner-2')]);
    });

    it('shows the holder as it last said it was', async () => {
      const { store } = opened();
      await take(store, 'owner-1');
      await store.renewLease({
        ...aLeaseHolder('owner-1'),
        pidStart: '777',
        durationMs: 30_000,
        renew: true,
      });
      const { holders } = await new LeaseSearch(store).search({ expired: false });
      expect(holders).toEqual([{ ...aLeaseHolder('owner-1'), pidStart: '777' }]);
    });

    it('is kept by renewing it in time', async () => {
      const { store, advanceLeaseClock } = opened();
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 30_000);
      for (let renewals = 0; renewals < 10; renewals++) {
        await advanceLeaseClock(10_000);
        expect((await renew(store, 'owner-1', 30_000)).outcome).toBe('held');
        expect((await search.search()).holders).toHaveLength(1);
      }
    });

    it('is lost when it ran out and somebody searched for such leases', async () => {
      const { store, advanceLeaseClock } = opened();
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await advanceLeaseClock(12_000);
      expect((await search.search()).holders).toEqual([]);
      expect((await renew(store, 'owner-1')).outcome).toBe('lost');
      expect((await renew(store, 'owner-1')).outcome).toBe('lost');
    });

    it('is not lost by running out alone: renewed before the search, it holds', async () => {
      const { store, advanceLeaseClock } = opened();
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await advanceLeaseClock(12_000);
      expect((await renew(store, 'owner-1', 10_000)).outcome).toBe('held');
      expect((await search.search()).holders).toHaveLength(1);
    });

    it('is lost where it was never held', async () => {
      expect((await renew(opened().store, 'owner-1')).outcome).toBe('lost');
      const { holders } = await new LeaseSearch(opened().store).search({ expired: false });
      expect(holders).toEqual([]);
    });

    it('is lost when its owner was named as dead', async () => {
      const { store } = opened();
      await take(store, 'owner-1');
      await take(store, 'owner-2');
      await new LeaseSearch(store).search({ dead: ['owner-1'], expired: false });
      expect((await renew(store, 'owner-1')).outcome).toBe('lost');
      expect((await renew(store, 'owner-2')).outcome).toBe('held');
    });

    it('can be taken anew after it was lost', async () => {
      const { store } = opened();
      await take(store, 'owner-1');
      await new LeaseSearch(store).search({ dead: ['owner-1'], expired: false });
      expect((await take(store, 'owner-1')).outcome).toBe('held');
      expect((await renew(store, 'owner-1')).outcome).toBe('held');
    });

    it('is given back by who released it', async () => {
      const { store } = opened();
      await take(store, 'owner-1');
      await take(store, 'owner-2');
      await store.releaseLease('owner-1');
      await store.releaseLease('owner-1');
      await store.releaseLease('unknown-1');
      const { holders } = await new LeaseSearch(store).search({ expired: false });
      expect(holders.map(({ owner }) => owner.id)).toEqual(['owner-2']);
      expect((await renew(store, 'owner-1')).outcome).toBe('lost');
    });

    it('is the same on every instance', async () => {
      const { store, another, advanceLeaseClock } = opened();
      const other = await another();
      await take(store, 'owner-1', 10_000);
      expect((await renew(other, 'owner-1', 10_000)).outcome).toBe('held');
      const search = await LeaseSearch.opened(other);
      await advanceLeaseClock(12_000);
      await search.search();
      expect((await renew(store, 'owner-1')).outcome).toBe('lost');
    });

    it('is told with how long it lasts by the clock of the store', async () => {
      const { store, another, advanceLeaseClock } = opened();
      expect(await store.leases()).toEqual([]);
      await take(store, 'owner-1', 30_000);
      await advanceLeaseClock(10_000);
      await take(await another(), 'owner-2', 600_000);
      for (const instance of [store, await another()]) {
        const [first, second, ...others] = sortedById(await instance.leases());
        expect([first?.owner, second?.owner, others]).toEqual([
          anOwner('owner-1'),
          anOwner('owner-2'),
          [],
        ]);
        // That clock may go on by itself meanwhile: the upper bounds are certain, the lower ones generous.
        expect(first?.remainingMs).toBeLessThanOrEqual(20_000);
        expect(second?.remainingMs).toBeLessThanOrEqual(600_000);
        expect(second?.remainingMs).toBeGreaterThan(300_000);
      }
    });

    it('is told as it was renewed last', async () => {
      const { store, advanceLeaseClock } = opened();
      await take(store, 'owner-1', 600_000);
      await advanceLeaseClock(400_000);
      const [before] = await store.leases();
      expect(before?.remainingMs).toBeLessThanOrEqual(200_000);
      await renew(store, 'owner-1', 600_000);
      const [after] = await store.leases();
      expect(after?.remainingMs).toBeGreaterThan(300_000);
    });

    it('is told after it ran out, until a search takes it away', async () => {
      const { store, advanceLeaseClock } = opened();
      const search = await LeaseSearch.opened(store);
      await take(store, 'owner-1', 10_000);
      await advanceLeaseClock(12_000);
      const [lease] = await store.leases();
      expect(lease?.owner.id).toBe('owner-1');
      expect(lease?.remainingMs).toBeLessThanOrEqual(-2_000);
      await search.search();
      expect(await store.leases()).toEqual([]);
    });

    it('is told no more once it was released, or its owner was named as dead', async () => {
      const { store } = opened();
      for (const owner of ['owner-1', 'owner-2', 'owner-3']) await take(store, owner);
      await store.releaseLease('owner-1');
      await new LeaseSearch(store).search({ dead: ['owner-2'], expired: false });
      expect((await store.leases()).map(({ owner }) => owner.id)).toEqual(['owner-3']);
    });

    it('tells its owner which of its running tasks somebody wants cancelled', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await take(store, 'owner-1');
      await take(store, 'owner-2');
      for (const owner of ['owner-1', 'owner-1', 'owner-1', 'owner-2'])
        await writer.createRunning({}, anOwner(owner));
      for (const id of ['task-1', 'task-2', 'task-4'])
        await writer.requestCancel(id, aCancellation());
      expect([...(await renew(store, 'owner-1')).cancelRequested].sort()).toEqual([
        'task-1',
        'task-2',
      ]);
      await writer.end('task-1', { status: 'cancelled' });
      expect((await renew(store, 'owner-1')).cancelRequested).toEqual(['task-2']);
      expect((await renew(store, 'owner-2')).cancelRequested).toEqual(['task-4']);
    });
  });
}

function sortedById<T extends { readonly owner: { readonly id: string } }>(
  holders: readonly T[],
): readonly T[] {
  return [...holders].sort((a, b) => a.owner.id.localeCompare(b.owner.id));
}

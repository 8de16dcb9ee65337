import { anOwner } from '../builders.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { LeaseSearch, renew, take } from '../lease-search.js';
import { Writer } from '../writer.js';

/**
 * An outage, a pause of the whole machine, a restart of all processes: each shows as a long time without a search. The
 * leases of all ran out then, and whoever is alive gets time to renew.
 */
export function describeLeaseGrace(open: OpenTaskStore): void {
  describe('a search after a long time without one', () => {
    const opened = eachWithItsOwn(open);
    const GAP = { gapMs: 16_000, graceMs: 30_000 };

    async function twoOwnersAfterAnOutage(): Promise<LeaseSearch> {
      const { store, advanceLeaseClock } = opened();
      const search = await LeaseSearch.opened(store);
      const writer = new Writer(store);
      for (const owner of ['owner-1', 'owner-2']) {
        await take(store, owner, 30_000);
        await writer.createRunning({}, anOwner(owner));
      }
      await writer.createRunning({}, anOwner('owner-whose-lease-is-gone'));
      await advanceLeaseClock(60_000);
      return search;
    }

    it('fails nothing, and takes no lease away', async () => {
      const search = await twoOwnersAfterAnOutage();
      const answer = await search.search(GAP);
      expect(answer.tasks).toEqual([]);
      expect(answer.holders).toHaveLength(2);
    });

    it('gives everybody the grace to renew, and fails the tasks of those that did not', async () => {
      const { store, advanceLeaseClock } = opened();
      const search = await twoOwnersAfterAnOutage();
      await search.search(GAP);
      for (let waited = 0; waited < 20_000; waited += 10_000) {
        await advanceLeaseClock(10_000);
        expect((await renew(store, 'owner-1')).outcome).toBe('held');
        expect((await search.search(GAP)).tasks).toEqual([]);
      }
      await advanceLeaseClock(12_000);
      const orphans = (await search.searchAll(GAP)).map((task) => task.id);
      expect([...orphans].sort()).toEqual(['task-2', 'task-3']);
      expect(await store.get('task-1')).toMatchObject({ status: 'running' });
      expect((await renew(store, 'owner-2')).outcome).toBe('lost');
    });

    it('ends the dead that are named all the same', async () => {
      const search = await twoOwnersAfterAnOutage();
      expect(
        (await search.search({ ...GAP, dead: ['owner-2'] })).tasks.map((task) => task.id),
      ).toEqual(['task-2']);
    });

    it('begins the grace anew when there is another gap in it', async () => {
      const { store, advanceLeaseClock } = opened();
      const search = await twoOwnersAfterAnOutage();
      await search.search(GAP);
      await advanceLeaseClock(40_000);
      expect((await search.search(GAP)).tasks).toEqual([]);
      await advanceLeaseClock(10_000);
      expect((await search.search(GAP)).tasks).toEqual([]);
      expect((await renew(store, 'owner-1')).outcome).toBe('held');
    });

    it('counts the time since the last search of anybody', async () => {
      const { store, another, advanceLeaseClock } = opened();
      const searches = [
        await LeaseSearch.opened(store),
        await LeaseSearch.opened(await another(), 'monitor-8'),
      ];
      await take(store, 'owner-1', 30_000);
      await new Writer(store).createRunning();
      for (let turn = 0; turn < 3; turn++) {
        await advanceLeaseClock(11_000);
        const found = await searches[turn % 2]?.search(GAP);
        expect(found?.tasks).toHaveLength(turn < 2 ? 0 : 1);
      }
    });

    it('does not count a search that was for the dead only', async () => {
      const { advanceLeaseClock } = opened();
      const search = await twoOwnersAfterAnOutage();
      await search.search({ ...GAP, dead: ['owner-9'], expired: false });
      await advanceLeaseClock(1_000);
      expect((await search.search(GAP)).tasks).toEqual([]);
    });
  });
}

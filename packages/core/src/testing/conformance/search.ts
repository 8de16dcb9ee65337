import { TaskMonitor } from '../../monitor.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';

/** What a monitor makes of a store's lists and counts: the same, whatever the store. */
export function describeSearch(open: OpenTaskStore): void {
  describe('list of a monitor with a search', () => {
    const opened = eachWithItsOwn(open);

    it('finds by what is stored, page by page, and counts what the indexes find', async () => {
      const { store } = opened();
      const monitor = new TaskMonitor({ store, closeStore: false, retention: false });
      for (let number = 1; number <= 200; number++) {
        await monitor.register({
          id: `a${number}`,
          type: number % 2 === 0 ? 'ingest' : 'index',
          tags: number % 5 === 0 ? ['acme', 'night'] : ['acme'],
          metadata: { videos: [`v${number}`, 'Größe'], pages: number },
        });
      }
      await monitor.fail('a50', new Error('No answer from embedding service'));
      const ids = async (q: string, cursor: string | null = null) =>
        (await monitor.list({ q, limit: 5, cursor })).tasks.map(({ id }) => id);

      expect(await ids('meta.videos:v17')).toEqual(['a17']);
      expect(await ids('status:failed type:ingest tag:acme tag:night "ANSWER FROM"')).toEqual([
        'a50',
      ]);
      expect(await ids('meta.pages:>194 -tag:night type:ingest')).toEqual(['a198', 'a196']);
      expect(await ids('GRÖSSE')).toEqual([]);
      const page = await monitor.list({ q: 'größe created:<1d', limit: 5 });
      expect(page.tasks.map(({ id }) => id)).toEqual(['a200', 'a199', 'a198', 'a197', 'a196']);
      expect(await ids('größe created:<1d', page.nextCursor)).toEqual([
        'a195',
        'a194',
        'a193',
        'a192',
        'a191',
      ]);
      expect(await monitor.list({ q: 'tag:night status:pending', limit: 1 })).toMatchObject({
        total: 39,
        search: { examined: 0, complete: true, exact: true },
      });
      expect((await monitor.list({ q: 'nowhere' })).search).toEqual({
        examined: 200,
        complete: true,
        exact: true,
      });
      await monitor.close();
    });
  });
}

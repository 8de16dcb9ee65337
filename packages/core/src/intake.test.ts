import { TaskMonitor } from './index.js';

/** What is given as type or tag, and what is kept of it. */
const TEXTS: readonly (readonly [string, string, string])[] = [
  ['NUL', 'gpu\u0000node', 'gpu\ufffdnode'],
  ['half of a pair of surrogates', 'gpu \ud83d', 'gpu \ufffd'],
  ['a secret', 'password=hunter2', 'password=[Redacted]'],
  [
    'a secret that makes it too long',
    `${'a'.repeat(116)} password=1`,
    `${'a'.repeat(116)} password=[R`,
  ],
];

describe('filter', () => {
  for (const [what, given, kept] of TEXTS) {
    it(`finds, counts and removes by the text that the task was given: ${what}`, async () => {
      const monitor = new TaskMonitor();
      const other = await monitor.register({ type: 'other', tags: ['other'] });
      const { id, type, tags } = await monitor.register({ type: given, tags: [given, 'nightly'] });
      expect({ type, tags }).toEqual({ type: kept, tags: [kept, 'nightly'] });
      for (const filter of [{ type: given }, { tag: given }, { type: kept, tag: given }]) {
        const { tasks, total } = await monitor.list(filter);
        expect({ filter, ids: tasks.map((task) => task.id), total }).toEqual({
          filter,
          ids: [id],
          total: 1,
        });
        expect(await monitor.count(filter)).toBe(1);
        expect(await monitor.stats(filter)).toMatchObject({ totalTasks: 1, pendingTasks: 1 });
      }
      await monitor.cancel(id);
      await monitor.cancel(other.id);
      expect(await monitor.cleanup({ days: 0, type: given, tag: given })).toEqual({
        cleanedTasks: 1,
        days: 0,
      });
      expect(await monitor.count()).toBe(1);
      await monitor.close();
    });
  }

  it('finds nothing by a text that is too long to be kept, nor by an id that is none', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ type: 'a'.repeat(128) });
    for (const filter of [{ type: 'a'.repeat(129) }, { parentId: 'task-1\u0000' }])
      expect(await monitor.list(filter)).toMatchObject({ tasks: [], total: 0 });
    await monitor.close();
  });
});

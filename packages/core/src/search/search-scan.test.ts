import fc from 'fast-check';
import type { TaskPage } from '../list-options.js';
import { TaskMonitor } from '../monitor.js';
import { MemoryStore } from '../memory/memory-store.js';
import type { ListPage, ListRequest } from '../store.js';
import { FakeClock } from '../testing/fake-clock.js';

/** Time passes by asking for it: a millisecond each time. */
class AskedClock extends FakeClock {
  #asked = 0;

  override monotonic(): number {
    return ++this.#asked;
  }
}

class CountingStore extends MemoryStore {
  readonly limits: number[] = [];

  override list(request: ListRequest): Promise<ListPage> {
    this.limits.push(request.limit);
    return super.list(request);
  }
}

describe('a search that looks at tasks', () => {
  let monitor: TaskMonitor;
  let store: CountingStore;
  beforeEach(() => {
    store = new CountingStore();
    monitor = new TaskMonitor({ store, clock: new FakeClock(), retention: false });
  });
  afterEach(() => monitor.close());

  async function fill(count: number, needles: readonly number[]): Promise<void> {
    for (let number = 1; number <= count; number++)
      await monitor.register({
        id: `a${number}`,
        name: needles.includes(number) ? 'needle' : 'hay',
        type: number % 2 === 0 ? 'even' : 'odd',
      });
  }

  async function pages(q: string, limit: number, between = async () => {}): Promise<TaskPage[]> {
    const all: TaskPage[] = [];
    let cursor: string | null = null;
    do {
      const page: TaskPage = await monitor.list({ q, limit, cursor });
      all.push(page);
      cursor = page.nextCursor;
      await between();
    } while (cursor !== null);
    return all;
  }

  const ids = (page: TaskPage): string[] => page.tasks.map(({ id }) => id);

  it('fills a page, says what it did, and goes on right before the next match', async () => {
    await fill(1_000, [5, 100, 900, 901, 902]);
    const [first, second, third] = await pages('needle', 2);
    expect(first).toMatchObject({ total: 2, nextCursor: '901' });
    expect(first?.search).toEqual({ examined: 101, complete: true, exact: false });
    expect(ids(first as TaskPage)).toEqual(['a902', 'a901']);
    expect(ids(second as TaskPage)).toEqual(['a900', 'a100']);
    expect(second?.nextCursor).toBe('6');
    expect(third).toMatchObject({ total: 1, nextCursor: null });
    expect(third?.search).toEqual({ examined: 5, complete: true, exact: false });
  });

  it('knows the total when one page is all', async () => {
    await fill(300, [7, 250]);
    const page = await monitor.list({ q: 'needle' });
    expect(page).toMatchObject({ total: 2, nextCursor: null });
    expect(page.search).toEqual({ examined: 300, complete: true, exact: true });
    expect(ids(page)).toEqual(['a250', 'a7']);
    expect(ids(await monitor.list({ q: 'needle', order: 'oldest' }))).toEqual(['a7', 'a250']);
    expect((await monitor.list({ q: 'needle', limit: 2 })).nextCursor).toBeNull();
  });

  it('looks at 10,000 tasks a call, and says where to go on', async () => {
    await fill(25_000, [1, 14_999]);
    const all = await pages('name:needle', 50);
    expect(all.map(({ search, nextCursor }) => ({ ...search, nextCursor }))).toEqual([
      { examined: 10_000, complete: false, exact: false, nextCursor: '15001' },
      { examined: 10_000, complete: false, exact: false, nextCursor: '5001' },
      { examined: 5_000, complete: true, exact: false, nextCursor: null },
    ]);
    expect(all.map(ids)).toEqual([[], ['a14999'], ['a1']]);
    expect(Math.max(...store.limits)).toBe(512);
  });

  it('looks only at what the indexes find', async () => {
    await fill(200, [3, 4, 199, 200]);
    const page = await monitor.list({ q: 'needle', type: 'even' });
    expect(ids(page)).toEqual(['a200', 'a4']);
    expect(page.search).toEqual({ examined: 100, complete: true, exact: true });
    expect((await monitor.list({ q: 'needle type:even' })).search?.examined).toBe(100);
    expect((await monitor.list({ q: 'needle', status: 'running' })).search?.examined).toBe(0);
  });

  it('looks at none where the indexes find all, and then the total is exact', async () => {
    await fill(200, []);
    const page = await monitor.list({ q: 'type:even status:pending', limit: 3 });
    expect(page).toMatchObject({ total: 100, nextCursor: '6' });
    expect(page.search).toEqual({ examined: 0, complete: true, exact: true });
    expect(store.limits).toEqual([3]);
    expect(await monitor.list({ q: '', limit: 1 })).toMatchObject({
      total: 200,
      nextCursor: '200',
    });
    expect(store.limits).toEqual([3, 1]);
  });

  it('asks the store nothing where nothing can match', async () => {
    await fill(10, []);
    for (const options of [
      { q: 'status:failed status:running' },
      { q: 'status:failed', status: 'running' },
      { q: 'type:even needle', type: 'odd' },
    ] as const) {
      expect(await monitor.list(options)).toEqual({
        tasks: [],
        nextCursor: null,
        total: 0,
        search: { examined: 0, complete: true, exact: true },
      });
    }
    expect(store.limits).toEqual([]);
  });

  it('is oldest first where the search asks only for running or pending tasks', async () => {
    await fill(3, [1, 2, 3]);
    expect(ids(await monitor.list({ q: 'status:pending needle' }))).toEqual(['a1', 'a2', 'a3']);
    expect(ids(await monitor.list({ q: '-status:completed,failed,cancelled' }))).toEqual([
      'a1',
      'a2',
      'a3',
    ]);
    expect(ids(await monitor.list({ q: 'needle' }))).toEqual(['a3', 'a2', 'a1']);
    expect(ids(await monitor.list({ q: 'status:pending', order: 'newest', limit: 1 }))).toEqual([
      'a3',
    ]);
  });

  it('finds progress that is not written yet', async () => {
    const clock = new FakeClock();
    const buffered = new TaskMonitor({ store: new MemoryStore(), clock, progressIntervalMs: 250 });
    const { id } = await buffered.register();
    await buffered.start(id);
    await buffered.progress(id, 'first');
    await buffered.progress(id, 'second');
    expect(ids(await buffered.list({ q: 'progress:second' }))).toEqual([id]);
    expect(ids(await buffered.list({ q: 'progress:first' }))).toEqual([]);
    await buffered.close();
  });

  it('reads fewer tasks at a time the larger they are', async () => {
    const blob = 'x'.repeat(60_000);
    for (let number = 1; number <= 300; number++)
      await monitor.register({ metadata: { blob: `${blob}${number}` } });
    expect((await monitor.list({ q: 'nothing' })).search?.examined).toBe(300);
    expect(store.limits[0]).toBe(64);
    expect(Math.max(...store.limits.slice(1))).toBeLessThan(20);
  });

  it('refuses a search that is none, before it asks the store', async () => {
    await expect(monitor.list({ q: 'status:faild' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'q', position: 8 },
    });
    await expect(monitor.list({ q: 5 as unknown as string })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: 'Expected `q` to be a string, got 5 (number).',
    });
    await expect(monitor.count({ q: 'x' } as object)).rejects.toThrow('count has no option `q`');
    expect(store.limits).toEqual([]);
  });

  it('gives each match once, page by page, whatever comes and goes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('newest' as const, 'oldest' as const),
        fc.array(fc.constantFrom('needle', 'hay'), { maxLength: 5 }),
        async (wanted, limit, order, later) => {
          const open = new TaskMonitor({ retention: false });
          for (const [index, isNeedle] of wanted.entries())
            await open.register({ id: `a${index}`, name: isNeedle ? 'needle' : 'hay' });
          const seen: string[] = [];
          let cursor: string | null = null;
          do {
            const page: TaskPage = await open.list({ q: 'needle', limit, order, cursor });
            expect(page.tasks.length).toBeLessThanOrEqual(limit);
            seen.push(...page.tasks.map(({ id }) => id));
            cursor = page.nextCursor;
            const name = later.pop();
            if (name !== undefined) await open.register({ name });
            const last = page.tasks.at(-1);
            if (last !== undefined) {
              await open.cancel(last.id);
              await open.remove(last.id);
            }
          } while (cursor !== null);
          const expected = wanted.flatMap((isNeedle, index) => (isNeedle ? [`a${index}`] : []));
          expect(new Set(seen).size).toBe(seen.length);
          const old = seen.filter((id) => id.length < 5);
          expect(old).toEqual(order === 'oldest' ? expected : expected.reverse());
          await open.close();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives the event loop back every 5 ms, one search a turn, however many there are', async () => {
    const slow = new TaskMonitor({ store, closeStore: false, clock: new AskedClock() });
    await fill(400, []);
    let turns = 0;
    let searching = true;
    const searches = Promise.all(
      Array.from({ length: 5 }, () => slow.list({ q: 'needle' })),
    ).finally(() => (searching = false));
    while (searching) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    expect((await searches).map(({ search }) => search?.examined)).toEqual([
      400, 400, 400, 400, 400,
    ]);
    // By this clock, to look at a task takes a millisecond.
    expect(turns).toBeGreaterThanOrEqual((5 * 400) / 5);
    await slow.close();
  });
});

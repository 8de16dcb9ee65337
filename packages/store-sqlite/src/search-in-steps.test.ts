import { type ListRequest, TASK_STATUSES, type TaskFilter } from '@task-monitor/core';
import { migrated } from '../test/migrated.js';
import type { Connection } from './connection.js';
import { Counters } from './counters.js';
import { Search } from './search.js';
import { countsInSteps, numbersInSteps } from './search-in-steps.js';

const TASKS = 11_000;

describe('a search in steps', () => {
  let connection: Connection;
  let search: Search;
  let turns = 0;
  const turn = async (): Promise<void> => void turns++;
  let ms = 0;
  /** Every step is as long as one may take. */
  const now = (): number => (ms += 5);

  beforeAll(async () => {
    connection = await migrated();
    search = new Search(connection, new Counters(connection));
    connection.write(() => {
      for (let number = 1; number <= TASKS; number++) {
        const status = TASK_STATUSES[number % 5] ?? 'pending';
        // A gap, wider than a step, in what has both.
        const type = number > 3_000 && number < 8_000 ? 'index' : 'ingest';
        connection.run(
          `INSERT INTO tasks (number, id, type, parent_id, status, state) VALUES (?, ?, ?, ?, ?, '{}')`,
          number,
          `task-${number}`,
          type,
          `batch-${number % 2}`,
          status,
        );
        if (number % 3 === 0)
          connection.run(
            'INSERT INTO task_tags (tag, status, number) VALUES (?, ?, ?)',
            'nightly',
            status,
            number,
          );
      }
      for (const [kind, value] of [
        ['type', 'ingest'],
        ['type', 'index'],
        ['tag', 'nightly'],
        ['parent', 'batch-1'],
      ] as const)
        connection.run(
          `INSERT INTO counters (kind, value, ${TASK_STATUSES.join()}) VALUES (?, ?, 2000, 2000, 2000, 2000, 2000)`,
          kind,
          value,
        );
    });
  });
  afterAll(() => connection.close());

  const filters: readonly TaskFilter[] = [
    { type: 'ingest', tag: 'nightly' },
    { type: 'ingest', tag: 'nightly', parentId: 'batch-1', statuses: ['running', 'failed'] },
    { type: 'index', parentId: 'batch-1' },
    { type: 'ingest', tag: 'unheard-of' },
  ];

  it.each(filters)('finds and counts what one statement does: %j', async (filter) => {
    expect(await countsInSteps(search, filter, turn, now)).toEqual(search.counts(filter));
    for (const order of ['newest', 'oldest'] as const)
      for (const after of [null, 0, 1, 2_000, 2_001, 7_999, 8_001, TASKS, 999_999])
        for (const limit of [1, 50, 1_000]) {
          const request: ListRequest = { filter, order, after, limit };
          expect({
            ...request,
            found: await numbersInSteps(search, request, turn, now),
          }).toEqual({ ...request, found: search.numbers(request) });
        }
  });

  it('lets others have their turn after each step, and stops when the page is full', async () => {
    turns = 0;
    await countsInSteps(search, { type: 'ingest', tag: 'nightly' }, turn, now);
    expect(turns).toBe(6);
    turns = 0;
    const filter = { type: 'ingest', tag: 'nightly' };
    await numbersInSteps(search, { filter, order: 'newest', after: null, limit: 50 }, turn, now);
    expect(turns).toBe(0);
  });

  it('does not go through what was removed, however many tasks there were', async () => {
    const later = await migrated();
    later.run(
      `INSERT INTO tasks (number, id, type, parent_id, status, state) VALUES
       (1, 'task-1', 'ingest', 'batch-1', 'running', '{}'), (50000000, 'task-2', 'ingest', 'batch-1', 'failed', '{}')`,
    );
    const few = new Search(later, new Counters(later));
    const filter = { type: 'ingest', parentId: 'batch-1' };
    turns = 0;
    expect(await countsInSteps(few, filter, turn, now)).toMatchObject({ running: 1, failed: 1 });
    for (const order of ['newest', 'oldest'] as const) {
      const request: ListRequest = { filter, order, after: null, limit: 50 };
      expect(await numbersInSteps(few, request, turn, now)).toEqual(few.numbers(request));
    }
    expect(turns).toBe(6);
    later.close();
  });

  it('is for several attributes of many tasks', () => {
    expect(search.isLong({ type: 'ingest', tag: 'nightly' })).toBe(true);
    expect(search.isLong({ type: 'ingest', tag: 'unheard-of' })).toBe(false);
    expect(search.isLong({ type: 'ingest', tag: 'nightly', statuses: ['failed'] })).toBe(false);
    expect(search.isLong({ type: 'ingest' })).toBe(false);
  });
});

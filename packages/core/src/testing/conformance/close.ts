import { aCancellation, aNewTask, CREATED_AT } from '../builders.js';
import { positionOfNow } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { LeaseSearch, renew, take } from '../lease-search.js';
import { describe, expect, it } from '../runner.js';
import type { TaskStore } from '../../store.js';
import { Writer } from '../writer.js';

const operation = { writer: 'monitor-1', sequence: 1 };

/** Every method but `close`, called as it would be answered if the store were open. */
const CALLS: Readonly<
  Record<Exclude<keyof TaskStore, 'close'>, (store: TaskStore) => Promise<unknown>>
> = {
  create: (store) => store.create({ task: aNewTask(), idempotencyKey: null, operation }),
  transition: (store) =>
    store.transition('task-1', {
      from: ['pending'],
      owner: null,
      set: { status: 'running' },
      operation,
    }),
  progress: (store) =>
    store.progress('task-1', { update: { percent: 1 }, at: CREATED_AT, owner: null, operation }),
  requestCancel: (store) => store.requestCancel('task-1', { cancel: aCancellation(), operation }),
  appendOutput: (store) => store.appendOutput('task-1', { lines: [], operation }),
  output: (store) => store.output('task-1', 0),
  get: (store) => store.get('task-1'),
  list: (store) => store.list({ filter: {}, order: 'newest', after: null, limit: 1 }),
  audit: (store) => store.audit(),
  counts: (store) => store.counts({}),
  parents: (store) => store.parents(['task-1']),
  changesAfter: (store) => store.changesAfter(null, { limit: 1, waitMs: 0 }),
  renewLease: (store) => take(store, 'owner-1'),
  releaseLease: (store) => store.releaseLease('owner-1'),
  expireLeases: (store) => new LeaseSearch(store).search(),
  leases: (store) => store.leases(),
  prune: (store) => new Writer(store).prune({}),
  remove: (store) => store.remove('task-1', operation),
};

export function describeClose(open: OpenTaskStore): void {
  describe('close', () => {
    const opened = eachWithItsOwn(open);

    for (const [name, call] of Object.entries(CALLS)) {
      it(`makes ${name} reject with STORE_UNAVAILABLE`, async () => {
        const { store } = opened();
        await new Writer(store).create();
        await store.close();
        await expect(call(store)).rejects.toMatchObject({
          name: 'TaskMonitorError',
          code: 'STORE_UNAVAILABLE',
        });
      });
    }

    it('may be called again, also at the same time', async () => {
      const { store } = opened();
      await Promise.all([store.close(), store.close()]);
      await store.close();
    });

    it('ends a reader that waits', async () => {
      const { store } = opened();
      const position = await positionOfNow(store);
      const waiting = store.changesAfter(position, { limit: 10, waitMs: Infinity });
      const ended = waiting.then(
        (page) => page.changes,
        (error: unknown) => (error as { code?: unknown }).code,
      );
      await store.close();
      expect([[], 'STORE_UNAVAILABLE']).toContainEqual(await ended);
    });

    it('lets writes that are under way happen wholly or not at all', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      const writing = Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => writer.tryProgress('task-1', { current: index })),
      );
      await store.close();
      for (const answer of await writing) {
        if (answer.status === 'fulfilled') expect(answer.value.outcome).toBe('applied');
        else expect(answer.reason).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      }
      await expect(renew(store, 'owner-1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });
  });
}

import { aCancellation, anOwner } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { LeaseSearch, take } from '../lease-search.js';
import { describe, expect, it } from '../runner.js';
import { snapshotOf } from '../snapshot.js';
import { Writer } from '../writer.js';

export function describeIsolation(open: OpenTaskStore): void {
  describe('what a store answers', () => {
    const opened = eachWithItsOwn(open);

    it('is no way into the store: whatever a caller does to it, the next answer is the same', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await take(store, 'owner-1');
      const log = await ChangeLog.open(store);
      const metadata = { videos: ['a1'], nested: { deep: [1] } };
      spoil(await writer.create({ metadata, command: ['node'], tags: ['nightly'] }));
      expect(await store.get('task-1')).toMatchObject({
        metadata,
        command: ['node'],
        tags: ['nightly'],
      });
      spoil(await writer.start('task-1'));
      spoil(await writer.progress('task-1', { message: 'embedding', current: 1, total: 2 }));
      spoil(await writer.log('task-1', 'one', 'two'));
      spoil(await writer.requestCancel('task-1'));
      spoil(await writer.end('task-1', { status: 'failed', result: { segments: [1] } }));
      expect(await store.get('task-1')).toMatchObject({
        version: 6,
        status: 'failed',
        metadata,
        progress: { message: 'embedding', current: 1, total: 2 },
        result: { segments: [1] },
        execution: { owner: anOwner(), cancel: aCancellation() },
      });
      const before = await snapshotOf(store);
      const changes = structuredClone(await log.read());
      const position = changes[0]?.position ?? '';

      spoil(await store.get('task-1'));
      spoil(await store.list({ filter: {}, order: 'newest', after: null, limit: 10 }));
      spoil(await store.output('task-1', 0));
      spoil(await store.counts({}));
      spoil(await store.changesAfter(position, { limit: 10, waitMs: 0 }));
      spoil(await new LeaseSearch(store).search({ expired: false }));

      expect(await snapshotOf(store)).toEqual(before);
      expect((await store.changesAfter(position, { limit: 10, waitMs: 0 })).changes).toEqual(
        changes.slice(1),
      );
      const { holders } = await new LeaseSearch(store, 'monitor-8').search({ expired: false });
      expect(holders.map(({ owner }) => owner.id)).toEqual(['owner-1']);
    });

    it('never changes in the hands of its caller', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const pending = await writer.create();
      const page = await store.list({ filter: {}, order: 'newest', after: null, limit: 10 });
      const counts = await store.counts({});
      const output = await store.output('task-1', 0);
      await writer.start('task-1');
      await writer.log('task-1', 'line');
      expect(pending).toMatchObject({ status: 'pending', version: 1 });
      expect(page.tasks).toMatchObject([{ status: 'pending', version: 1 }]);
      expect(counts).toMatchObject({ pending: 1, running: 0 });
      expect(output).toEqual({ lines: [], lastNumber: 0 });
    });
  });
}

/** Overwrites and empties everything in `value` that is not frozen. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const item of Object.values(value)) spoil(item);
  const open = value as Record<string, unknown>;
  for (const key of Object.keys(open)) {
    try {
      open[key] = 'spoiled';
      delete open[key];
    } catch {
      // Frozen: just as good.
    }
  }
  try {
    open['added'] = 'spoiled';
  } catch {
    // Frozen.
  }
}

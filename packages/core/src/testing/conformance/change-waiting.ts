import { ChangeLog, lineOf, positionOfNow } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { Writer } from '../writer.js';

/** Longer than any test may take: whoever waits that long was not woken. */
const VERY_LONG_MS = 3_600_000;

export function describeChangeWaiting(open: OpenTaskStore): void {
  describe('waiting for changes', () => {
    const opened = eachWithItsOwn(open);

    it('ends with the next write, on any instance', async () => {
      const { store, another } = opened();
      const other = await another();
      const position = await positionOfNow(store);
      const waiting = [store, other].map((one) =>
        one.changesAfter(position, { limit: 10, waitMs: VERY_LONG_MS }),
      );
      await new Writer(store).create();
      for (const page of await Promise.all(waiting)) {
        expect(page.changes.map(lineOf)).toEqual(['task.registered task-1 v1']);
      }
    });

    it('ends with the next write when it may last for ever', async () => {
      const { store } = opened();
      const position = await positionOfNow(store);
      const waiting = store.changesAfter(position, { limit: 10, waitMs: Infinity });
      // Some time passes: that of a reader whose wait ends without a change.
      await store.changesAfter(position, { limit: 10, waitMs: 20 });
      await new Writer(store).create();
      expect((await waiting).changes).toHaveLength(1);
    });

    it('does not begin where there are changes already', async () => {
      const { store } = opened();
      const position = await positionOfNow(store);
      const writer = new Writer(store);
      await writer.create();
      await writer.create();
      const page = await store.changesAfter(position, { limit: 1, waitMs: VERY_LONG_MS });
      expect(page.changes.map(lineOf)).toEqual(['task.registered task-1 v1']);
      const next = await store.changesAfter(page.position, { limit: 1, waitMs: VERY_LONG_MS });
      expect(next.changes.map(lineOf)).toEqual(['task.registered task-2 v1']);
    });

    it('does not begin for 0 ms, without a position, or to be told `reset`', async () => {
      const { store } = opened();
      const position = await positionOfNow(store);
      expect(await store.changesAfter(position, { limit: 10, waitMs: 0 })).toEqual({
        reset: false,
        changes: [],
        position,
      });
      expect((await store.changesAfter(null, { limit: 10, waitMs: VERY_LONG_MS })).changes).toEqual(
        [],
      );
      expect((await store.changesAfter('nowhere', { limit: 10, waitMs: VERY_LONG_MS })).reset).toBe(
        true,
      );
    });

    it('ends without a change when the time is up', async () => {
      const { store } = opened();
      const position = await positionOfNow(store);
      const page = await store.changesAfter(position, { limit: 10, waitMs: 20 });
      expect(page).toMatchObject({ reset: false, changes: [] });
      await new Writer(store).create();
      expect(
        (await store.changesAfter(page.position, { limit: 10, waitMs: 0 })).changes,
      ).toHaveLength(1);
    });

    it('ends without a change when its signal fires', async () => {
      const { store } = opened();
      const position = await positionOfNow(store);
      const stop = new AbortController();
      const waiting = store.changesAfter(position, {
        limit: 10,
        waitMs: VERY_LONG_MS,
        signal: stop.signal,
      });
      stop.abort();
      expect(await waiting).toMatchObject({ reset: false, changes: [] });
    });

    it('answers with what there is when its signal has fired already', async () => {
      const { store } = opened();
      const position = await positionOfNow(store);
      const request = { limit: 10, waitMs: VERY_LONG_MS, signal: AbortSignal.abort() };
      expect((await store.changesAfter(position, request)).changes).toEqual([]);
      await new Writer(store).create();
      expect((await store.changesAfter(position, request)).changes).toHaveLength(1);
    });

    it('ends for each reader at its own change', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const before = await positionOfNow(store);
      await writer.create();
      const after = await positionOfNow(store);
      const behind = store.changesAfter(before, { limit: 10, waitMs: VERY_LONG_MS });
      const upToDate = store.changesAfter(after, { limit: 10, waitMs: VERY_LONG_MS });
      expect((await behind).changes.map(lineOf)).toEqual(['task.registered task-1 v1']);
      await writer.create();
      expect((await upToDate).changes.map(lineOf)).toEqual(['task.registered task-2 v1']);
    });

    it('lets one reader follow many writes, waiting for each', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const log = await ChangeLog.open(store);
      for (let made = 1; made <= 20; made++) {
        const reading = log.readPage({ limit: 10, waitMs: VERY_LONG_MS });
        await writer.create();
        expect(await reading).toBe(1);
      }
      expect(await log.read()).toHaveLength(20);
    });
  });
}

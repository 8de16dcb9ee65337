import { ChangeLog, lineOf, positionOfNow } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { Writer } from '../writer.js';

const KEPT = 100;

const NO_POSITIONS = [
  '',
  ' ',
  '0',
  '1',
  '-1',
  '1e3',
  'NaN',
  'null',
  '.',
  '0.0',
  '__proto__',
  "1'; --",
  '🐘',
  '9'.repeat(400),
];

export function describeChangeReset(open: OpenTaskStore): void {
  describe('a reader that cannot go on', () => {
    const opened = eachWithItsOwn(open, { keptChanges: KEPT });

    it('is told so for anything that is no position', async () => {
      const { store } = opened();
      await new Writer(store).create();
      for (const position of NO_POSITIONS) {
        const page = await store.changesAfter(position, { limit: 10, waitMs: 0 });
        expect({ position, reset: page.reset, changes: page.changes }).toEqual({
          position,
          reset: true,
          changes: [],
        });
      }
    });

    it('is told so for the position of another store', async () => {
      const { store } = opened();
      const elsewhere = await open({});
      try {
        await new Writer(elsewhere.store).createRunning();
        const position = await positionOfNow(elsewhere.store);
        expect((await store.changesAfter(position, { limit: 10, waitMs: 0 })).reset).toBe(true);
        for (let made = 0; made < 5; made++)
          await new Writer(store, `monitor-${made}`).create({ id: `task-${made}` });
        expect((await store.changesAfter(position, { limit: 10, waitMs: 0 })).reset).toBe(true);
      } finally {
        await elsewhere.dispose();
      }
    });

    it('is told so when the changes after its position are not kept any more', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const start = await positionOfNow(store);
      for (let made = 0; made < 12 * KEPT; made++) await writer.create();
      const page = await store.changesAfter(start, { limit: 10, waitMs: 0 });
      expect(page).toMatchObject({ reset: true, changes: [] });
    });

    it('goes on from the position that it is given with it', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const log = await ChangeLog.open(store);
      await writer.create();
      expect(await log.read()).toHaveLength(1);
      const { position } = await store.changesAfter('nowhere', { limit: 10, waitMs: 0 });
      await writer.create();
      const page = await store.changesAfter(position, { limit: 10, waitMs: 0 });
      expect(page.reset).toBe(false);
      expect(page.changes.map(lineOf)).toEqual(['task.registered task-2 v1']);
    });

    it('is none that lags behind by no more than is kept', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (let made = 0; made < 3 * KEPT; made++) await writer.create();
      for (let round = 0; round < 5; round++) {
        const log = await ChangeLog.open(store);
        for (let made = 0; made < KEPT; made++) await writer.create();
        expect(await log.read(30)).toHaveLength(KEPT);
      }
    });

    it('is told so while others keep up', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const slow = await positionOfNow(store);
      const log = await ChangeLog.open(store);
      for (let made = 1; made <= 12 * KEPT; made++) {
        await writer.create();
        if (made % 10 === 0) await log.read();
      }
      expect(await log.read()).toHaveLength(12 * KEPT);
      const page = await store.changesAfter(slow, { limit: 10, waitMs: 0 });
      expect(page).toMatchObject({ reset: true, changes: [] });
    });

    it('is told so, and never left with a gap, however far it lags behind', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      let made = 0;
      for (const lag of [1, KEPT - 1, KEPT, KEPT + 1, KEPT + 20, 2 * KEPT, 3 * KEPT]) {
        const start = await positionOfNow(store);
        for (let written = 0; written < lag; written++) await writer.create();
        const page = await store.changesAfter(start, { limit: 10 * KEPT, waitMs: 0 });
        const expected = Array.from(
          { length: lag },
          (_, index) => `task.registered task-${made + index + 1} v1`,
        );
        expect(page.changes.map(lineOf)).toEqual(page.reset ? [] : expected);
        made += lag;
      }
    });
  });
}

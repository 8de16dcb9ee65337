import { CREATED_AT } from '../builders.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { allTasks, expectNoWrite } from '../snapshot.js';
import { Writer } from '../writer.js';

export function describeIdempotency(open: OpenTaskStore): void {
  describe('idempotency key', () => {
    const opened = eachWithItsOwn(open);

    it('leads to the task that has it, whatever id is asked for', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const task = await writer.create({ id: 'ingest-1' }, 'video eFQxRd0isAQ');
      await expectNoWrite(store, async () => {
        const again = await writer.tryCreate({ id: 'ingest-2' }, 'video eFQxRd0isAQ');
        expect(again).toEqual({ outcome: 'duplicate', task });
      });
    });

    it('decides before the id does', async () => {
      const writer = new Writer(opened().store);
      const withKey = await writer.create({ id: 'ingest-1' }, 'key-1');
      await writer.create({ id: 'ingest-2' });
      expect(await writer.tryCreate({ id: 'ingest-1' }, 'key-1')).toEqual({
        outcome: 'duplicate',
        task: withKey,
      });
      expect(await writer.tryCreate({ id: 'ingest-2' }, 'key-1')).toEqual({
        outcome: 'duplicate',
        task: withKey,
      });
    });

    it('leads to a finished task, too', async () => {
      const writer = new Writer(opened().store);
      await writer.create({ id: 'ingest-1' }, 'key-1');
      await writer.start('ingest-1');
      const task = await writer.end('ingest-1', { status: 'failed' });
      expect(await writer.tryCreate({ id: 'ingest-2' }, 'key-1')).toEqual({
        outcome: 'duplicate',
        task,
      });
    });

    it('makes one task of 50 that are made at once with the same key', async () => {
      const { store, another } = opened();
      const writers = [new Writer(store, 'monitor-1'), new Writer(await another(), 'monitor-2')];
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (writers[index % 2] as Writer).tryCreate({ id: `ingest-${index}` }, 'key-1'),
        ),
      );
      expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
      expect(answers.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(49);
      expect(new Set(answers.map(({ task }) => task?.id)).size).toBe(1);
      expect(await allTasks(store)).toHaveLength(1);
    });

    it('keeps tasks with different keys, and without one, apart', async () => {
      const writer = new Writer(opened().store);
      await writer.create({}, 'key-1');
      for (const key of ['key-2', 'KEY-1', 'key-1 ', '', null, null]) {
        expect((await writer.create({}, key)).version).toBe(1);
      }
      expect(await allTasks(opened().store)).toHaveLength(7);
    });

    it('takes any text for a key', async () => {
      const writer = new Writer(opened().store);
      for (const key of ['__proto__', 'constructor', '日本 🐘', "'; --", '%', 'k'.repeat(256)]) {
        const { id } = await writer.create({}, key);
        expect((await writer.tryCreate({ id: 'another' }, key)).task?.id).toBe(id);
      }
    });

    it('is not taken by a creation that was refused for its id', async () => {
      const writer = new Writer(opened().store);
      await writer.create({ id: 'ingest-1' });
      expect((await writer.tryCreate({ id: 'ingest-1' }, 'key-1')).outcome).toBe('exists');
      expect((await writer.tryCreate({ id: 'ingest-2' }, 'key-1')).outcome).toBe('applied');
    });

    it('is free again when its task was removed', async () => {
      const writer = new Writer(opened().store);
      await writer.create({ id: 'ingest-1' }, 'key-1');
      await writer.end('ingest-1');
      await writer.remove('ingest-1');
      expect((await writer.tryCreate({ id: 'ingest-2' }, 'key-1')).outcome).toBe('applied');
    });

    it('is free again when its task was pruned', async () => {
      const writer = new Writer(opened().store);
      await writer.create({ id: 'ingest-1' }, 'key-1');
      await writer.end('ingest-1', { completedAt: CREATED_AT });
      await writer.prune({ completedBefore: CREATED_AT });
      expect((await writer.tryCreate({ id: 'ingest-2' }, 'key-1')).outcome).toBe('applied');
    });
  });
}

import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { Writer } from '../writer.js';

export function describeGet(open: OpenTaskStore): void {
  describe('get', () => {
    const opened = eachWithItsOwn(open);

    it('answers with the task as the last write left it, on every instance', async () => {
      const { store, another } = opened();
      const other = await another();
      const writer = new Writer(store);
      await writer.create();
      expect(await other.get('task-1')).toMatchObject({ version: 1, status: 'pending' });
      const running = await writer.start('task-1');
      expect(await store.get('task-1')).toEqual(running);
      expect(await other.get('task-1')).toEqual(running);
    });

    it('answers `null` for a task that is not kept', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createFinished();
      expect(await store.get('task-2')).toBeNull();
      expect(await store.get('')).toBeNull();
      await writer.remove('task-1');
      expect(await store.get('task-1')).toBeNull();
    });

    it('tells ids apart that differ in anything', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const ids = [
        'ingest-1',
        'Ingest-1',
        'INGEST-1',
        'ingest-1.',
        'ingest_1',
        'ingest%1',
        '1',
        '01',
        'constructor1',
      ];
      for (const id of ids) await writer.create({ id, name: `the task ${id}` });
      for (const id of ids)
        expect(await store.get(id)).toMatchObject({ id, name: `the task ${id}` });
      for (const id of [
        'ingest',
        'ingest-',
        'ingest-11',
        '__proto__',
        'constructor',
        'toString',
        '1.0',
      ]) {
        expect(await store.get(id)).toBeNull();
      }
    });
  });
}

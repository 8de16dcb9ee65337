import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { Writer } from '../writer.js';

const parent = (id: string) => ({ id, weight: 1, step: null });

export function describeParents(open: OpenTaskStore): void {
  describe('parents', () => {
    const opened = eachWithItsOwn(open);

    it('are those of the ids that a task names as its parent, in their order', async () => {
      const { store, another } = opened();
      const writer = new Writer(store);
      for (let made = 0; made < 3; made++) await writer.create();
      await writer.create({ parent: parent('task-3') });
      for (let made = 0; made < 2; made++) await writer.create({ parent: parent('task-1') });
      const ids = ['task-3', 'task-2', 'no-task', 'task-1', 'task-5'];
      for (const instance of [store, await another()])
        expect(await instance.parents(ids)).toEqual(['task-3', 'task-1']);
      expect(await store.parents([])).toEqual([]);
    });

    it('are parents whatever became of their children, and until the last one is gone', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.create();
      await writer.createIn('completed', { parent: parent('task-1') });
      await writer.createIn('failed', { parent: parent('task-1') });
      expect(await store.parents(['task-1'])).toEqual(['task-1']);
      await writer.remove('task-2');
      expect(await store.parents(['task-1'])).toEqual(['task-1']);
      await writer.prune({ keepFinished: 0 });
      expect(await store.parents(['task-1'])).toEqual([]);
    });

    it('need not be kept themselves, and may have any id', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const ids = ['gone-1', 'a\0b', '%', "o'clock", '{1,"2"}', 'NULL', 'émigré'];
      for (const id of ids) await writer.create({ parent: parent(id) });
      expect(await store.parents([...ids, 'A\0B', ''])).toEqual(ids);
    });
  });
}

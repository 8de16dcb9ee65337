import { LeaseSearch } from '../lease-search.js';
import { ChangeLog, lineOf, positionOfNow } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { RandomWriter } from '../random-writer.js';
import { describe, expect, it } from '../runner.js';
import { SeededRandom } from '../seeded-random.js';
import { allTasks } from '../snapshot.js';
import type { Change, Position, TaskStore } from '../../store.js';
import type { Task } from '../../task.js';
import { Writer } from '../writer.js';

export function describeChanges(open: OpenTaskStore): void {
  describe('changes', () => {
    const opened = eachWithItsOwn(open);

    it('tell every kind of write, in order, with the task as that write left it', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const log = await ChangeLog.open(store);
      const tasks = [
        await writer.create(),
        await writer.start('task-1'),
        await writer.progress('task-1', { message: 'embedding' }),
        await writer.log('task-1', 'line'),
        await writer.requestCancel('task-1'),
        await writer.end('task-1', { status: 'cancelled' }),
        await writer.create(),
        await writer.end('task-2', { status: 'failed' }),
        await writer.create(),
        await writer.start('task-3'),
        await writer.end('task-3', { status: 'completed' }),
      ];
      await writer.remove('task-1');
      expect(await log.lines()).toEqual([
        'task.registered task-1 v1',
        'task.started task-1 v2',
        'task.progress task-1 v3',
        'task.output task-1 v4',
        'task.cancel-requested task-1 v5',
        'task.cancelled task-1 v6',
        'task.registered task-2 v1',
        'task.failed task-2 v2',
        'task.registered task-3 v1',
        'task.started task-3 v2',
        'task.completed task-3 v3',
        'task.removed task-1',
      ]);
      const told = (await log.read()).flatMap((change) => ('task' in change ? [change.task] : []));
      expect(told).toEqual(tasks);
    });

    it('tell one change for each task whose owner died, and one for all tasks that were pruned', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (let made = 0; made < 3; made++) await writer.createRunning();
      const log = await ChangeLog.open(store);
      const { tasks } = await new LeaseSearch(store).search({ dead: ['owner-1'], expired: false });
      await writer.prune({ keepFinished: 0 });
      const lines = await log.lines();
      expect(lines.slice(0, 3)).toEqual(tasks.map((task) => `task.failed ${task.id} v3`));
      expect(lines.slice(3)).toEqual(['task.removed task-1 task-2 task-3']);
    });

    it('do not tell what changed nothing', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      const log = await ChangeLog.open(store);
      await writer.prune({ keepFinished: 0 });
      await writer.tryRemove('task-1');
      await writer.tryRemove('unknown-1');
      await store.releaseLease('owner-9');
      await store.get('task-1');
      await writer.tryTransition('task-1', ['pending'], { status: 'cancelled' });
      expect(await log.lines()).toEqual([]);
    });

    it('go on after the position of each', async () => {
      const { store } = opened();
      const log = await ChangeLog.open(store);
      const writer = new RandomWriter(store, new SeededRandom(5));
      for (let writes = 0; writes < 60; writes++) await writer.write();
      const changes = await log.read();
      for (const [index, change] of changes.entries()) {
        const page = await store.changesAfter(change.position, { limit: 1_000, waitMs: 0 });
        expect(page.reset).toBe(false);
        expect(page.changes).toEqual(changes.slice(index + 1));
      }
    });

    it('come in pages that join without a gap', async () => {
      const { store } = opened();
      const [whole, inPages] = [await ChangeLog.open(store), await ChangeLog.open(store)];
      const writer = new Writer(store);
      for (let made = 0; made < 20; made++) await writer.create();
      const start = await whole.read(1_000);
      expect(start).toHaveLength(20);
      expect(await inPages.read(3)).toEqual(start);
    });

    it('begin now where no position is given', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.create();
      const now = await store.changesAfter(null, { limit: 10, waitMs: 0 });
      expect(now).toMatchObject({ reset: false, changes: [] });
      await writer.create();
      const page = await store.changesAfter(now.position, { limit: 10, waitMs: 0 });
      expect(page.changes.map(lineOf)).toEqual(['task.registered task-2 v1']);
      expect((await store.changesAfter(page.position, { limit: 10, waitMs: 0 })).changes).toEqual(
        [],
      );
    });

    it('are the same on every instance, and so are their positions', async () => {
      const { store, another } = opened();
      const other = await another();
      const start = await positionOfNow(store);
      const writers = [new Writer(store, 'monitor-1'), new Writer(other, 'monitor-2')];
      for (let made = 0; made < 10; made++) await writers[made % 2]?.create({ id: `task-${made}` });
      const here = await store.changesAfter(start, { limit: 100, waitMs: 0 });
      expect(here.changes).toHaveLength(10);
      expect(await other.changesAfter(start, { limit: 100, waitMs: 0 })).toEqual(here);
      const fifth = here.changes[4]?.position ?? '';
      const rest = await other.changesAfter(fifth, { limit: 100, waitMs: 0 });
      expect(rest.changes).toEqual(here.changes.slice(5));
    });

    it('lead a reader through all that 50 writers do at once, each change once', async () => {
      const { store, another } = opened();
      const stores = [store, await another()];
      const readers = await Promise.all(stores.map((one) => ChangeLog.open(one)));
      const start = await positionOfNow(store);
      let writing = 50;
      const reading = readers.map(async (log) => {
        while (writing > 0) await log.readPage({ limit: 17, waitMs: 5 });
        return log.read(17);
      });
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const writer = new RandomWriter(
            stores[index % 2] ?? store,
            new SeededRandom(index),
            `racer-${index}`,
          );
          for (let writes = 0; writes < 20; writes++) await writer.write();
          writing--;
        }),
      );
      const [first, second] = await Promise.all(reading);
      // How many writes lose a race is chance; a task of a new id and without a key is created whatever happens.
      const registered = first?.filter(({ type }) => type === 'task.registered') ?? [];
      expect(registered.length).toBeGreaterThan(100);
      expect(second).toEqual(first);
      expect(await changesFrom(store, start)).toEqual(first);
      expect(replay(first ?? [])).toEqual(await allTasks(store));
    });
  });
}

/** The tasks that follow from the changes alone; also checks that no version is left out, told twice or in disorder. */
function replay(changes: readonly Change[]): readonly Task[] {
  const tasks = new Map<string, Task>();
  for (const change of changes) {
    if (change.type === 'task.removed') {
      for (const id of change.ids) expect([id, tasks.delete(id)]).toEqual([id, true]);
    } else {
      const { id, version } = change.task;
      expect([id, version]).toEqual([id, (tasks.get(id)?.version ?? 0) + 1]);
      tasks.set(id, change.task);
    }
  }
  return [...tasks.values()].sort((a, b) => a.number - b.number);
}

async function changesFrom(store: TaskStore, position: Position): Promise<readonly Change[]> {
  return (await store.changesAfter(position, { limit: 100_000, waitMs: 0 })).changes;
}

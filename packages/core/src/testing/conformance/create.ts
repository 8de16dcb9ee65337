import { aNewTask, anOwner, CREATED_AT } from '../builders.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { allTasks, expectNoWrite } from '../snapshot.js';
import { Writer } from '../writer.js';

export function describeCreate(open: OpenTaskStore): void {
  describe('create', () => {
    const opened = eachWithItsOwn(open);

    it('keeps a pending task with all that it was given', async () => {
      const { store } = opened();
      const operation = { writer: 'monitor-1', sequence: 1 };
      const created = await store.create({
        task: aNewTask({
          id: 'ingest-1',
          type: 'ingest',
          name: 'Elephants Dream',
          command: ['python', '-m', 'worker', '--videos', 'eFQxRd0isAQ'],
          metadata: { videos: ['eFQxRd0isAQ'], segments: { duration: 30.5, process: true } },
          tags: ['nightly', 'video'],
          parent: { id: 'batch-1', weight: 2, step: 'embed' },
          owner: anOwner(),
          driver: 'runner',
        }),
        idempotencyKey: null,
        operation,
      });
      expect(created).toEqual({
        outcome: 'applied',
        task: {
          id: 'ingest-1',
          number: 1,
          version: 1,
          status: 'pending',
          type: 'ingest',
          name: 'Elephants Dream',
          command: ['python', '-m', 'worker', '--videos', 'eFQxRd0isAQ'],
          metadata: { videos: ['eFQxRd0isAQ'], segments: { duration: 30.5, process: true } },
          tags: ['nightly', 'video'],
          createdAt: CREATED_AT,
          startedAt: null,
          completedAt: null,
          progress: null,
          result: null,
          error: null,
          execution: {
            parent: { id: 'batch-1', weight: 2, step: 'embed' },
            owner: { id: 'owner-1', host: 'ingest-3', pid: 4711 },
            driver: 'runner',
            cancel: null,
            endedBy: null,
            lateOutcome: null,
            process: null,
            resultOmitted: null,
          },
        },
      });
      expect(await store.get('ingest-1')).toEqual(created.task);
    });

    it('answers with every field of a task that was given nothing', async () => {
      const task = await new Writer(opened().store).create();
      expect(Object.entries(task).filter(([, value]) => value === undefined)).toEqual([]);
      expect(Object.keys(task)).toHaveLength(16);
      expect(Object.keys(task.execution)).toHaveLength(8);
      expect(task).toMatchObject({ type: null, name: null, command: [], metadata: {}, tags: [] });
    });

    it('numbers tasks from 1 in the order of their creation', async () => {
      const writer = new Writer(opened().store);
      const first = await writer.create();
      const second = await writer.create();
      const third = await writer.create();
      expect([first.number, second.number, third.number]).toEqual([1, 2, 3]);
    });

    it('numbers 50 tasks that are made at once without a gap', async () => {
      const { store, another } = opened();
      const writers = [new Writer(store, 'monitor-1'), new Writer(await another(), 'monitor-2')];
      const created = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (writers[index % 2] as Writer).create({ id: `task-${index}` }),
        ),
      );
      const numbers = created.map((task) => task.number).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });

    it('answers with the task that has the id already, and changes nothing', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const task = await writer.createRunning({ id: 'ingest-1', type: 'ingest' });
      await expectNoWrite(store, async () => {
        expect(await writer.tryCreate({ id: 'ingest-1', type: 'other' })).toEqual({
          outcome: 'exists',
          task,
        });
      });
    });

    it('uses up no number for a task that it does not make', async () => {
      const writer = new Writer(opened().store);
      await writer.create({ id: 'ingest-1' }, 'key-1');
      await writer.tryCreate({ id: 'ingest-1' });
      await writer.tryCreate({ id: 'ingest-2' }, 'key-1');
      expect((await writer.create({ id: 'ingest-3' })).number).toBe(2);
    });

    it('makes one task of 50 that are made at once with the same id', async () => {
      const { store, another } = opened();
      const writers = [new Writer(store, 'monitor-1'), new Writer(await another(), 'monitor-2')];
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (writers[index % 2] as Writer).tryCreate({ id: 'ingest-1', name: `attempt ${index}` }),
        ),
      );
      expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
      expect(answers.filter(({ outcome }) => outcome === 'exists')).toHaveLength(49);
      expect(new Set(answers.map(({ task }) => task?.name)).size).toBe(1);
      expect(await allTasks(store)).toHaveLength(1);
    });

    it('gives an id again, with a number of its own, when its task was removed', async () => {
      const writer = new Writer(opened().store);
      await writer.createFinished({ id: 'ingest-1' });
      await writer.remove('ingest-1');
      expect(await writer.create({ id: 'ingest-1' })).toMatchObject({
        number: 2,
        version: 1,
        status: 'pending',
      });
    });

    it('recognises the same creation sent again', async () => {
      const { store, another } = opened();
      const request = {
        task: aNewTask({ id: 'ingest-1' }),
        idempotencyKey: null,
        operation: { writer: 'monitor-1', sequence: 1 },
      };
      const { task } = await store.create(request);
      await expectNoWrite(store, async () => {
        expect(await store.create(request)).toEqual({ outcome: 'duplicate', task });
        expect(await (await another()).create(request)).toEqual({ outcome: 'duplicate', task });
      });
    });

    it('recognises the same creation sent again after the task went on', async () => {
      const { store } = opened();
      const request = {
        task: aNewTask({ id: 'ingest-1' }),
        idempotencyKey: null,
        operation: { writer: 'monitor-1', sequence: 1 },
      };
      await store.create(request);
      const task = await new Writer(store, 'monitor-2').end('ingest-1', { status: 'cancelled' });
      await expectNoWrite(store, async () => {
        expect(await store.create(request)).toEqual({ outcome: 'duplicate', task });
      });
    });

    it('takes the same sequence of another writer for another creation', async () => {
      const { store } = opened();
      const task = aNewTask({ id: 'ingest-1' });
      await store.create({
        task,
        idempotencyKey: null,
        operation: { writer: 'monitor-1', sequence: 1 },
      });
      const answer = await store.create({
        task,
        idempotencyKey: null,
        operation: { writer: 'monitor-2', sequence: 1 },
      });
      expect(answer.outcome).toBe('exists');
    });
  });
}

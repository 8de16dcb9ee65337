import { aCancellation, aProcess, CREATED_AT } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { expectNoWrite } from '../snapshot.js';
import type { Operation, TaskStore, WriteResult } from '../../store.js';
import { Writer } from '../writer.js';

type Write = (store: TaskStore, operation: Operation) => Promise<WriteResult>;

/** Every write to a running task `task-1` that an operation tells from its repeat. */
const WRITES: Readonly<Record<string, Write>> = {
  transition: (store, operation) =>
    store.transition('task-1', {
      from: ['running', 'completed'],
      owner: null,
      set: { status: 'completed', completedAt: CREATED_AT + 9_000, result: 1 },
      operation,
    }),
  progress: (store, operation) =>
    store.progress('task-1', {
      update: { current: 1 },
      at: CREATED_AT + 2_000,
      owner: null,
      operation,
    }),
  requestCancel: (store, operation) =>
    store.requestCancel('task-1', { cancel: aCancellation(), operation }),
  appendOutput: (store, operation) =>
    store.appendOutput('task-1', {
      lines: [{ stream: 'stdout', text: 'embedding', at: CREATED_AT + 2_000 }],
      operation,
    }),
};

/** The answer to a write may be lost after the write was done: who asked sends it again. */
export function describeRepeats(open: OpenTaskStore): void {
  describe('a write sent again', () => {
    const opened = eachWithItsOwn(open);

    for (const [name, write] of Object.entries(WRITES)) {
      it(`is recognised: ${name}`, async () => {
        const { store, another } = opened();
        const writer = new Writer(store);
        await writer.createRunning();
        const operation = writer.operation();
        const { outcome, task } = await write(store, operation);
        expect(outcome).toBe('applied');
        await expectNoWrite(store, async () => {
          expect(await write(store, operation)).toEqual({ outcome: 'duplicate', task });
          expect(await write(await another(), operation)).toEqual({ outcome: 'duplicate', task });
        });
      });

      it(`is recognised after writes to other tasks: ${name}`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        await writer.createRunning();
        await writer.createRunning();
        const operation = writer.operation();
        const { task } = await write(store, operation);
        await writer.progress('task-2', { percent: 50 });
        await writer.log('task-2', 'halfway');
        await expectNoWrite(store, async () => {
          expect(await write(store, operation)).toEqual({ outcome: 'duplicate', task });
        });
      });

      it(`is recognised after another write to the same task: ${name}`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        await writer.createRunning();
        const operation = writer.operation();
        await write(store, operation);
        const later = await writer.tryTransition('task-1', ['running', 'completed'], {
          process: aProcess(),
        });
        await expectNoWrite(store, async () => {
          expect(await write(store, operation)).toEqual({ outcome: 'duplicate', task: later.task });
        });
      });

      it(`is done once when it is sent 50 times at once: ${name}`, async () => {
        const { store, another } = opened();
        const writer = new Writer(store);
        const { version } = await writer.createRunning();
        const log = await ChangeLog.open(store);
        const operation = writer.operation();
        const stores = [store, await another()];
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            write(stores[index % 2] as TaskStore, operation),
          ),
        );
        expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
        expect(answers.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(49);
        expect(await store.get('task-1')).toMatchObject({ version: version + 1 });
        expect(await log.read()).toHaveLength(1);
      });

      it(`is a write of its own with the same sequence of another writer: ${name}`, async () => {
        const { store } = opened();
        await new Writer(store).createRunning();
        await write(store, { writer: 'monitor-8', sequence: 7 });
        const answer = await write(store, { writer: 'monitor-9', sequence: 7 });
        // A cancellation is recorded once, whoever asks.
        expect(answer.outcome).toBe(name === 'requestCancel' ? 'duplicate' : 'applied');
      });
    }

    it('changes nothing more when it is a removal', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createFinished();
      const operation = writer.operation();
      await store.remove('task-1', operation);
      await expectNoWrite(store, async () => {
        expect((await store.remove('task-1', operation)).task).toBeNull();
      });
    });

    it('is judged anew when it was not done the first time', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.create();
      const operation = writer.operation();
      const write = (): Promise<WriteResult> =>
        store.progress('task-1', {
          update: { percent: 5 },
          at: CREATED_AT + 2_000,
          owner: null,
          operation,
        });
      expect((await write()).outcome).toBe('conflict');
      await new Writer(store, 'monitor-2').start('task-1');
      expect((await write()).outcome).toBe('applied');
    });
  });
}

import { aFailure, aProcess } from '../builders.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { expectNoWrite } from '../snapshot.js';
import { TASK_STATUSES } from '../../task.js';
import { Writer } from '../writer.js';

export function describeTransitionGuards(open: OpenTaskStore): void {
  describe('transition, before it writes', () => {
    const opened = eachWithItsOwn(open);

    for (const status of TASK_STATUSES) {
      it(`compares the status: a ${status} task is changed only from ${status}`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        const task = await writer.createIn(status);
        const others = TASK_STATUSES.filter((other) => other !== status);
        await expectNoWrite(store, async () => {
          const answer = await writer.tryTransition('task-1', others, {
            status: 'failed',
            error: aFailure(),
          });
          expect(answer).toEqual({ outcome: 'conflict', task });
        });
        const process = aProcess({ exitCode: 0 });
        const answer = await writer.tryTransition('task-1', [status], { process });
        expect(answer).toMatchObject({
          outcome: 'applied',
          task: { status, version: task.version + 1 },
        });
      });
    }

    it('compares the owner where one is given', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const unowned = await writer.create();
      const owned = await writer.createRunning();
      await expectNoWrite(store, async () => {
        const set = { status: 'failed', error: aFailure() } as const;
        expect(
          await writer.tryTransition('task-1', ['pending'], set, { owner: 'owner-1' }),
        ).toEqual({
          outcome: 'conflict',
          task: unowned,
        });
        expect(
          await writer.tryTransition('task-2', ['running'], set, { owner: 'owner-2' }),
        ).toEqual({
          outcome: 'conflict',
          task: owned,
        });
      });
      const answer = await writer.tryTransition(
        'task-2',
        ['running'],
        { status: 'completed' },
        { owner: 'owner-1' },
      );
      expect(answer).toMatchObject({ outcome: 'applied', task: { status: 'completed' } });
    });

    it('compares the version where one is given', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const task = await writer.createRunning();
      const set = { status: 'completed' } as const;
      await expectNoWrite(store, async () => {
        for (const version of [0, 1, 3]) {
          const answer = await writer.tryTransition('task-1', ['running'], set, { version });
          expect(answer).toEqual({ outcome: 'conflict', task });
        }
      });
      const answer = await writer.tryTransition('task-1', ['running'], set, { version: 2 });
      expect(answer).toMatchObject({ outcome: 'applied', task: { version: 3, ...set } });
    });

    it('compares who drives the task where that is given', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (const driver of ['caller', 'runner'] as const) {
        const { id, ...task } = await writer.create({ driver });
        const other = driver === 'caller' ? 'runner' : 'caller';
        const set = { status: 'running' } as const;
        await expectNoWrite(store, async () => {
          const answer = await writer.tryTransition(id, ['pending'], set, { driver: other });
          expect(answer).toEqual({ outcome: 'conflict', task: { id, ...task } });
        });
        const answer = await writer.tryTransition(id, ['pending'], set, { driver });
        expect(answer).toMatchObject({ outcome: 'applied', task: { id, ...set } });
      }
    });
  });
}

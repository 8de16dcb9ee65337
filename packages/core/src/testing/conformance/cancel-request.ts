import { aCancellation, CREATED_AT } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { expectNoWrite } from '../snapshot.js';
import { TASK_STATUSES } from '../../task.js';
import { Writer } from '../writer.js';

export function describeCancelRequest(open: OpenTaskStore): void {
  describe('requestCancel', () => {
    const opened = eachWithItsOwn(open);

    it('is recorded on a task that goes on running', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const running = await writer.createRunning();
      const log = await ChangeLog.open(store);
      const task = {
        ...running,
        version: running.version + 1,
        execution: { ...running.execution, cancel: aCancellation() },
      };
      expect(await writer.tryRequestCancel('task-1')).toEqual({ outcome: 'applied', task });
      expect(await store.get('task-1')).toEqual(task);
      expect(await log.lines()).toEqual(['task.cancel-requested task-1 v3']);
    });

    it('finds the first one when it is made again, by anybody', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      const task = await writer.requestCancel('task-1', aCancellation({ reason: 'first' }));
      await expectNoWrite(store, async () => {
        const second = aCancellation({ reason: 'second', requestedAt: CREATED_AT + 6_000 });
        const answer = await new Writer(store, 'monitor-2').tryRequestCancel('task-1', second);
        expect(answer).toEqual({ outcome: 'duplicate', task });
      });
    });

    it('is recorded once when 50 ask at once', async () => {
      const { store, another } = opened();
      await new Writer(store).createRunning();
      const stores = [store, await another()];
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          new Writer(stores[index % 2] ?? store, `racer-${index}`).tryRequestCancel(
            'task-1',
            aCancellation({ reason: `${index}` }),
          ),
        ),
      );
      expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
      expect(answers.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(49);
      expect(new Set(answers.map(({ task }) => task?.execution.cancel?.reason)).size).toBe(1);
    });

    for (const status of TASK_STATUSES.filter((other) => other !== 'running')) {
      it(`is refused by a ${status} task`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        const task = await writer.createIn(status);
        await expectNoWrite(store, async () => {
          expect(await writer.tryRequestCancel('task-1')).toEqual({ outcome: 'conflict', task });
        });
      });
    }

    it('says that there is no such task', async () => {
      const { store } = opened();
      await expectNoWrite(store, async () => {
        const answer = await new Writer(store).tryRequestCancel('task-1');
        expect(answer).toEqual({ outcome: 'missing', task: null });
      });
    });
  });
}

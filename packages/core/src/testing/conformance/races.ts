import { aFailure, anOwner, CREATED_AT } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import type { WriteResult } from '../../store.js';
import { FINISHED_STATUSES, isFinished } from '../../task.js';
import { Writer } from '../writer.js';

const ROUNDS = 20;

/** 50 callers on two instances, as two processes with many requests each. */
export function describeRaces(open: OpenTaskStore): void {
  describe('50 callers at once', () => {
    const opened = eachWithItsOwn(open);

    async function racers(): Promise<readonly Writer[]> {
      const { store, another } = opened();
      const stores = [store, await another()];
      return Array.from(
        { length: 50 },
        (_, index) => new Writer(stores[index % 2] ?? store, `racer-${index}`),
      );
    }

    function winnersOf(answers: readonly WriteResult[]): readonly WriteResult[] {
      return answers.filter(({ outcome }) => outcome === 'applied');
    }

    it('finish a task once, and all others are told how', async () => {
      const { store } = opened();
      const writers = await racers();
      const starter = new Writer(store);
      for (let round = 1; round <= ROUNDS; round++) {
        const id = `race-${round}`;
        await starter.createRunning({ id });
        const log = await ChangeLog.open(store);
        const answers = await Promise.all(
          writers.map((writer, index) =>
            writer.tryEnd(id, {
              status: FINISHED_STATUSES[(index + round) % 3] ?? 'failed',
              result: index,
            }),
          ),
        );
        const [winner, ...others] = winnersOf(answers);
        expect(others).toEqual([]);
        expect(winner?.task).toMatchObject({ id, version: 3 });
        for (const answer of answers) {
          if (answer !== winner)
            expect(answer).toEqual({ outcome: 'conflict', task: winner?.task });
        }
        expect(await store.get(id)).toEqual(winner?.task);
        expect(await log.lines()).toEqual([`task.${winner?.task?.status} ${id} v3`]);
      }
    });

    it('write once what depends on the version they read', async () => {
      const { store } = opened();
      const { version } = await new Writer(store).createFinished();
      const answers = await Promise.all(
        (await racers()).map((writer, index) => {
          const lateOutcome = { status: 'failed', at: CREATED_AT, message: `${index}` } as const;
          return writer.tryTransition('task-1', FINISHED_STATUSES, { lateOutcome }, { version });
        }),
      );
      expect(winnersOf(answers)).toHaveLength(1);
      expect(await store.get('task-1')).toEqual(winnersOf(answers)[0]?.task);
    });

    it('start a task once', async () => {
      const { store } = opened();
      await new Writer(store).create();
      const answers = await Promise.all(
        (await racers()).map((writer) =>
          writer.tryTransition('task-1', ['pending'], {
            status: 'running',
            startedAt: CREATED_AT,
            owner: anOwner(writer.id),
          }),
        ),
      );
      expect(winnersOf(answers)).toHaveLength(1);
      expect(await store.get('task-1')).toEqual(winnersOf(answers)[0]?.task);
    });

    it('report progress without losing a write', async () => {
      const { store } = opened();
      await new Writer(store).createRunning();
      const log = await ChangeLog.open(store);
      const answers = await Promise.all(
        (await racers()).map((writer, index) =>
          writer.tryProgress(
            'task-1',
            index % 2 === 0 ? { current: index } : { message: `at ${index}` },
          ),
        ),
      );
      expect(winnersOf(answers)).toHaveLength(50);
      const task = await store.get('task-1');
      expect(task).toMatchObject({ version: 52 });
      const last = (await log.read())[49];
      expect(last).toMatchObject({ type: 'task.progress', task });
      // Both halves are in it: no write went out from a state that another one had changed meanwhile.
      expect(task?.progress?.current).not.toBeNull();
      expect(task?.progress?.message).not.toBeNull();
    });

    it('neither report progress nor log on a task that one of them finished', async () => {
      const { store } = opened();
      await new Writer(store).createRunning();
      const log = await ChangeLog.open(store);
      await Promise.all(
        (await racers()).map((writer, index) => {
          if (index === 25) return writer.tryEnd('task-1', { status: 'failed', error: aFailure() });
          return index % 2 === 0
            ? writer.tryProgress('task-1', { current: index })
            : writer.tryLog('task-1', 'line');
        }),
      );
      const changes = await log.read();
      const last = changes[changes.length - 1];
      expect(last?.type).toBe('task.failed');
      expect(changes.filter(({ type }) => type === 'task.failed')).toHaveLength(1);
      expect(await store.get('task-1')).toMatchObject({
        status: 'failed',
        version: 2 + changes.length,
      });
    });

    it('remove a task once, and never bring it back', async () => {
      const { store } = opened();
      await new Writer(store).createRunning();
      const log = await ChangeLog.open(store);
      const answers = await Promise.all(
        (await racers()).map((writer, index) => {
          if (index % 5 === 0) return writer.tryEnd('task-1');
          return index % 5 === 1
            ? writer.tryProgress('task-1', { current: 1 })
            : writer.tryRemove('task-1');
        }),
      );
      if ((await store.get('task-1')) !== null)
        await new Writer(store, 'monitor-99').remove('task-1');
      expect(await store.get('task-1')).toBeNull();
      const told = await log.lines();
      expect(told.filter((line) => line.startsWith('task.removed'))).toEqual([
        'task.removed task-1',
      ]);
      expect(told[told.length - 1]).toBe('task.removed task-1');
      expect(
        answers.filter(({ task }) => task !== null && isFinished(task.status)).length,
      ).toBeGreaterThan(0);
    });

    it('prune while tasks finish, and never an active one', async () => {
      const { store, another } = opened();
      const writer = new Writer(store);
      for (let made = 0; made < 50; made++) await writer.createRunning();
      const other = await another();
      const writers = await racers();
      const removed = { ids: [] as string[] };
      const log = await ChangeLog.open(store);
      await Promise.all(
        writers.flatMap((one, index) => [
          index % 2 === 0
            ? one.tryEnd(`task-${index + 1}`)
            : one.tryProgress(`task-${index + 1}`, { percent: 50 }),
          new Writer(other, `pruner-${index}`).prune({ keepFinished: 0, limit: 5 }),
        ]),
      );
      for (const change of await log.read())
        if (change.type === 'task.removed') removed.ids.push(...change.ids);
      const even = Array.from({ length: 25 }, (_, index) => `task-${2 * index + 1}`);
      expect(new Set(removed.ids).size).toBe(removed.ids.length);
      expect(removed.ids.filter((id) => !even.includes(id))).toEqual([]);
      expect(await store.counts({})).toEqual({
        pending: 0,
        running: 25,
        completed: 25 - removed.ids.length,
        failed: 0,
        cancelled: 0,
      });
    });
  });
}

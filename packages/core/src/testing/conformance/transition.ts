import { aCancellation, aFailure, anOwner, aProcess, CREATED_AT } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { expectNoWrite } from '../snapshot.js';
import { FINISHED_STATUSES, TASK_STATUSES } from '../../task.js';
import { Writer } from '../writer.js';

export function describeTransition(open: OpenTaskStore): void {
  describe('transition', () => {
    const opened = eachWithItsOwn(open);

    it('writes what it is given one version later, and leaves the rest as it is', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const pending = await writer.create({
        type: 'ingest',
        metadata: { videos: ['a1'] },
        tags: ['nightly'],
      });
      const answer = await writer.tryTransition('task-1', ['pending'], {
        status: 'running',
        startedAt: CREATED_AT + 1_000,
        owner: anOwner('owner-2'),
      });
      const running = {
        ...pending,
        version: 2,
        status: 'running',
        startedAt: CREATED_AT + 1_000,
        execution: { ...pending.execution, owner: anOwner('owner-2') },
      };
      expect(answer).toEqual({ outcome: 'applied', task: running });
      expect(await store.get('task-1')).toEqual(running);
    });

    it('writes every field of a patch', async () => {
      const writer = new Writer(opened().store);
      const running = await writer.createRunning();
      const ended = await writer.end('task-1', {
        status: 'cancelled',
        completedAt: CREATED_AT + 60_000,
        progress: { message: 'stopped', current: 3, total: 4 },
        progressAt: CREATED_AT + 59_000,
        result: { segments: 3 },
        error: aFailure({ code: 'EXIT', message: 'exit code 143' }),
        owner: anOwner('owner-2'),
        cancel: aCancellation({ acknowledgedAt: CREATED_AT + 60_000, forced: true }),
        endedBy: { cause: 'cancel', monitor: 'monitor-1' },
        lateOutcome: { status: 'failed', at: CREATED_AT + 61_000, message: 'too late' },
        process: aProcess({
          exitCode: 143,
          signal: 'SIGTERM',
          cpuMs: 1_230,
          peakMemoryBytes: 157_286_400,
        }),
        resultOmitted: 'It is too large.',
      });
      expect(ended).toEqual({
        ...running,
        version: 3,
        status: 'cancelled',
        completedAt: CREATED_AT + 60_000,
        progress: {
          message: 'stopped',
          current: 3,
          total: 4,
          unit: null,
          percent: 75,
          updatedAt: CREATED_AT + 59_000,
          steps: [],
          children: null,
        },
        result: { segments: 3 },
        error: aFailure({ code: 'EXIT', message: 'exit code 143' }),
        execution: {
          parent: null,
          owner: anOwner('owner-2'),
          driver: 'caller',
          cancel: aCancellation({ acknowledgedAt: CREATED_AT + 60_000, forced: true }),
          endedBy: { cause: 'cancel', monitor: 'monitor-1' },
          lateOutcome: { status: 'failed', at: CREATED_AT + 61_000, message: 'too late' },
          process: aProcess({
            exitCode: 143,
            signal: 'SIGTERM',
            cpuMs: 1_230,
            peakMemoryBytes: 157_286_400,
          }),
          resultOmitted: 'It is too large.',
        },
      });
    });

    it('keeps what an earlier patch wrote and a later one leaves out', async () => {
      const writer = new Writer(opened().store);
      await writer.createRunning();
      const process = aProcess();
      await writer.tryTransition('task-1', ['running'], { process });
      await writer.progress('task-1', {
        message: 'embedding',
        current: 3,
        total: 4,
        unit: 'segments',
      });
      await writer.requestCancel('task-1');
      const ended = await writer.end('task-1', {
        progress: { message: 'done' },
        progressAt: CREATED_AT + 8_000,
      });
      expect(ended).toMatchObject({
        startedAt: CREATED_AT + 1_000,
        progress: { message: 'done', current: 3, total: 4, unit: 'segments', percent: 75 },
        execution: { owner: anOwner(), process, cancel: aCancellation() },
      });
    });

    for (const result of [null, false, 0, '', [], {}, [null, { at: 0.1 }]]) {
      it(`keeps ${JSON.stringify(result)} as a result`, async () => {
        const { store } = opened();
        await new Writer(store).createFinished({}, { result });
        expect((await store.get('task-1'))?.result).toEqual(result);
      });
    }

    it('writes `null` over a result, and leaves one for which it is given nothing', async () => {
      const writer = new Writer(opened().store);
      await writer.createRunning();
      await writer.tryTransition('task-1', ['running'], { result: 'partial' });
      const kept = await writer.tryTransition('task-1', ['running'], { result: undefined });
      expect(kept.task?.result).toBe('partial');
      expect((await writer.end('task-1', { result: null })).result).toBeNull();
    });

    it('never stores an end before the beginning', async () => {
      const writer = new Writer(opened().store);
      await writer.create();
      expect((await writer.start('task-1', { startedAt: CREATED_AT - 5_000 })).startedAt).toBe(
        CREATED_AT,
      );
      await writer.create();
      await writer.start('task-2', { startedAt: CREATED_AT + 7_000 });
      expect((await writer.end('task-2', { completedAt: CREATED_AT + 1 })).completedAt).toBe(
        CREATED_AT + 7_000,
      );
      await writer.create();
      expect((await writer.end('task-3', { completedAt: CREATED_AT - 1 })).completedAt).toBe(
        CREATED_AT,
      );
    });

    it('says that there is no such task', async () => {
      const { store } = opened();
      await expectNoWrite(store, async () => {
        const answer = await new Writer(store).tryTransition('task-1', TASK_STATUSES, {
          status: 'running',
        });
        expect(answer).toEqual({ outcome: 'missing', task: null });
      });
    });

    it('notes on a finished task what came too late, and leaves its end as it was', async () => {
      const writer = new Writer(opened().store);
      const cancelled = await writer.createFinished({}, { status: 'cancelled' });
      const lateOutcome = { status: 'completed', at: CREATED_AT + 20_000, message: null } as const;
      const answer = await writer.tryTransition('task-1', FINISHED_STATUSES, { lateOutcome });
      expect(answer.task).toEqual({
        ...cancelled,
        version: cancelled.version + 1,
        execution: { ...cancelled.execution, lateOutcome },
      });
    });

    it('tells a patch that leaves the status as it is as progress', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      const log = await ChangeLog.open(store);
      await writer.tryTransition('task-1', ['running'], {
        process: aProcess(),
      });
      await writer.tryTransition('task-1', ['running'], { status: 'running' });
      expect(await log.lines()).toEqual(['task.progress task-1 v3', 'task.progress task-1 v4']);
    });
  });
}

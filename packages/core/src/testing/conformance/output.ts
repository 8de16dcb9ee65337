import { CREATED_AT, deepFrozen } from '../builders.js';
import { ChangeLog } from '../change-log.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { describe, expect, it } from '../runner.js';
import { expectNoWrite } from '../snapshot.js';
import { FINISHED_STATUSES } from '../../task.js';
import { OUTPUT_LIMITS, type TaskStore } from '../../store.js';
import { Writer } from '../writer.js';

export function describeOutput(open: OpenTaskStore): void {
  describe('output', () => {
    const opened = eachWithItsOwn(open);

    it('keeps lines in their order, numbered from 1', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const running = await writer.createRunning();
      const log = await ChangeLog.open(store);
      const first = { stream: 'stdout', text: 'Loading model', at: CREATED_AT + 1 } as const;
      const second = {
        stream: 'stderr',
        text: '  warning: slow disk  ',
        at: CREATED_AT + 2,
      } as const;
      const third = { stream: 'log', text: '', at: CREATED_AT } as const;
      const answer = await store.appendOutput('task-1', {
        lines: deepFrozen([first, second]),
        operation: writer.operation(),
      });
      expect(answer).toEqual({ outcome: 'applied', task: { ...running, version: 3 } });
      await store.appendOutput('task-1', {
        lines: deepFrozen([third]),
        operation: writer.operation(),
      });
      const lines = [
        { ...first, number: 1 },
        { ...second, number: 2 },
        { ...third, number: 3 },
      ];
      expect(await store.output('task-1', 0)).toEqual({ lines, lastNumber: 3 });
      expect(await log.read()).toMatchObject([
        { type: 'task.output', task: { id: 'task-1', version: 3 }, lines: lines.slice(0, 2) },
        { type: 'task.output', task: { id: 'task-1', version: 4 }, lines: lines.slice(2) },
      ]);
    });

    it('is read from any line on', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      await writer.log('task-1', 'one', 'two', 'three');
      expect(await textsAfter(store, 1)).toEqual(['two', 'three']);
      expect(await textsAfter(store, 3)).toEqual([]);
      expect(await textsAfter(store, 99)).toEqual([]);
      expect((await store.output('task-1', 99))?.lastNumber).toBe(3);
    });

    it('is empty before the first line', async () => {
      const { store } = opened();
      await new Writer(store).create();
      expect(await store.output('task-1', 0)).toEqual({ lines: [], lastNumber: 0 });
    });

    it('is taken from a pending task, too', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.create();
      await writer.log('task-1', 'waiting for a place');
      expect(await textsAfter(store, 0)).toEqual(['waiting for a place']);
    });

    it('keeps the newest 200 lines', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      for (let from = 1; from <= 250; from += 50)
        await writer.log('task-1', ...numbered(from, from + 49));
      const output = await store.output('task-1', 0);
      expect(output?.lines.map((line) => line.text)).toEqual(numbered(51, 250));
      expect(output?.lines[0]?.number).toBe(51);
      expect(output?.lastNumber).toBe(250);
    });

    it('keeps the newest 200 lines of a single call', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      await writer.log('task-1', 'before', ...numbered(1, 1_000));
      const output = await store.output('task-1', 0);
      expect(output?.lines.map((line) => line.text)).toEqual(numbered(801, 1_000));
      expect(output?.lastNumber).toBe(1_001);
    });

    it('keeps the newest lines that have 65,536 bytes as UTF-8 together', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      // 16,384 characters of two bytes each.
      await writer.log('task-1', 'ä'.repeat(16_384), 'ö'.repeat(16_384));
      expect((await store.output('task-1', 0))?.lines).toHaveLength(2);
      await writer.log('task-1', 'x');
      expect(await textsAfter(store, 0)).toEqual(['ö'.repeat(16_384), 'x']);
    });

    it('cuts a line that is longer than all that is kept, between two characters', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      await writer.log('task-1', 'short', '🐘'.repeat(30_000));
      const [line, ...more] = (await store.output('task-1', 0))?.lines ?? [];
      expect(more).toEqual([]);
      expect(line?.number).toBe(2);
      const bytes = Buffer.byteLength(line?.text ?? '');
      expect(bytes).toBeLessThanOrEqual(OUTPUT_LIMITS.bytes);
      expect(bytes).toBeGreaterThan(OUTPUT_LIMITS.bytes - 10);
      expect(line?.text.endsWith('🐘…')).toBe(true);
    });

    it('numbers the lines of 50 callers without a gap, each call in one piece', async () => {
      const { store, another } = opened();
      await new Writer(store).createRunning();
      const log = await ChangeLog.open(store);
      const stores = [store, await another()];
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          new Writer(stores[index % 2] ?? store, `racer-${index}`).log(
            'task-1',
            `${index} a`,
            `${index} b`,
          ),
        ),
      );
      const lines = (await store.output('task-1', 0))?.lines ?? [];
      expect(lines.map((line) => line.number)).toEqual(
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
      for (let at = 0; at < 100; at += 2) {
        expect(lines[at + 1]?.text).toBe(lines[at]?.text.replace('a', 'b'));
      }
      const told = (await log.read()).flatMap((change) =>
        change.type === 'task.output' ? change.lines : [],
      );
      expect(told).toEqual(lines);
    });

    for (const status of FINISHED_STATUSES) {
      it(`is refused by a ${status} task, which keeps what it had`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        await writer.createRunning();
        await writer.log('task-1', 'the last line');
        const task = await writer.end('task-1', { status });
        await expectNoWrite(store, async () => {
          expect(await writer.tryLog('task-1', 'too late')).toEqual({ outcome: 'conflict', task });
        });
        expect(await textsAfter(store, 0)).toEqual(['the last line']);
      });
    }

    it('goes with its task', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      await writer.log('task-1', 'one');
      await writer.end('task-1');
      await writer.remove('task-1');
      expect(await store.output('task-1', 0)).toBeNull();
      await writer.create({ id: 'task-1' });
      expect(await store.output('task-1', 0)).toEqual({ lines: [], lastNumber: 0 });
    });

    it('says that there is no such task', async () => {
      const { store } = opened();
      await expectNoWrite(store, async () => {
        expect(await new Writer(store).tryLog('task-1', 'line')).toEqual({
          outcome: 'missing',
          task: null,
        });
      });
      expect(await store.output('task-1', 0)).toBeNull();
    });
  });
}

async function textsAfter(store: TaskStore, after: number): Promise<readonly string[] | undefined> {
  return (await store.output('task-1', after))?.lines.map((line) => line.text);
}

function numbered(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
}

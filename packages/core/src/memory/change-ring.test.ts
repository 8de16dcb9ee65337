import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Change, ChangePage } from '../store.js';
import { newTask } from '../task-patch.js';
import { aNewTask } from '../testing/builders.js';
import { ChangeRing } from './change-ring.js';

const task = newTask(aNewTask(), 1);
const NOW = { limit: 1_000, waitMs: 0 };
const FOR_EVER = { limit: 1_000, waitMs: Infinity };

const idsOf = (changes: readonly Change[]): readonly string[] =>
  changes.map((change) => (change.type === 'task.removed' ? change.ids.join() : change.task.id));

async function positionOf(ring: ChangeRing): Promise<string> {
  return (await ring.after(null, NOW)).position;
}

describe('ChangeRing', () => {
  it('answers with the changes after a position, in order, and where to go on', async () => {
    const ring = new ChangeRing(10);
    const start = await positionOf(ring);
    ring.changed('task.registered', task);
    const line = { stream: 'log' as const, text: 'one', at: 1, number: 1 };
    ring.output(task, [line]);
    ring.removed(['task-1', 'task-2']);
    const page = await ring.after(start, NOW);
    expect(page.reset).toBe(false);
    expect(page.changes).toEqual([
      { type: 'task.registered', task, position: expect.any(String) },
      { type: 'task.output', task, lines: [line], position: expect.any(String) },
      { type: 'task.removed', ids: ['task-1', 'task-2'], position: page.position },
    ]);
    expect((await ring.after(page.position, NOW)).changes).toEqual([]);
    const middle = page.changes[0]?.position as string;
    expect((await ring.after(middle, NOW)).changes).toEqual(page.changes.slice(1));
  });

  it('answers with as many as asked for, and goes on from there', async () => {
    const ring = new ChangeRing(10);
    let position = await positionOf(ring);
    for (const id of ['a', 'b', 'c']) ring.removed([id]);
    const told: string[] = [];
    for (
      let page: ChangePage;
      (page = await ring.after(position, { limit: 2, waitMs: 0 })).changes.length > 0;
    ) {
      expect(page.changes.length).toBeLessThanOrEqual(2);
      told.push(...idsOf(page.changes));
      position = page.position;
    }
    expect(told).toEqual(['a', 'b', 'c']);
  });

  it('keeps as many changes as it was made for, and says reset to who lags behind them', async () => {
    const ring = new ChangeRing(3);
    const start = await positionOf(ring);
    for (const id of ['a', 'b', 'c']) ring.removed([id]);
    const page = await ring.after(start, NOW);
    expect(idsOf(page.changes)).toEqual(['a', 'b', 'c']);
    ring.removed(['d']);
    expect(await ring.after(start, NOW)).toEqual({
      reset: true,
      changes: [],
      position: await positionOf(ring),
    });
    expect(idsOf((await ring.after(page.changes[0]?.position as string, NOW)).changes)).toEqual([
      'b',
      'c',
      'd',
    ]);
  });

  it('keeps telling in order through many rounds of the ring', async () => {
    const ring = new ChangeRing(7);
    let position = await positionOf(ring);
    const told: string[] = [];
    for (let number = 0; number < 500; number++) {
      ring.removed([`${number}`]);
      if (number % 5 === 4) {
        const page = await ring.after(position, NOW);
        expect(page.reset).toBe(false);
        told.push(...idsOf(page.changes));
        position = page.position;
      }
    }
    expect(told).toEqual(Array.from({ length: 500 }, (_, number) => `${number}`));
  });

  it('goes on after a time in which nobody read', async () => {
    const ring = new ChangeRing(3);
    const start = await positionOf(ring);
    for (let number = 0; number < 100; number++) ring.removed([`${number}`]);
    const page = await ring.after(start, NOW);
    expect([page.reset, page.changes]).toEqual([true, []]);
    for (const id of ['x', 'y', 'z']) ring.removed([id]);
    expect(idsOf((await ring.after(page.position, NOW)).changes)).toEqual(['x', 'y', 'z']);
  });

  it('says reset to a position of another ring, from the future, or made up', async () => {
    const ring = new ChangeRing(3);
    const other = new ChangeRing(3);
    ring.removed(['a']);
    const position = await positionOf(ring);
    const name = position.slice(0, position.indexOf('.'));
    const made = [
      await positionOf(other),
      `${name}.2`,
      `${name}.`,
      `${name}.-1`,
      `${name}.x`,
      `${name}.1e0`,
    ];
    for (const bad of [...made, '', '.', '1', '__proto__', `${name}.${'9'.repeat(400)}`]) {
      expect(await ring.after(bad, NOW)).toEqual({ reset: true, changes: [], position });
    }
  });

  it('waits for the next change', async () => {
    const ring = new ChangeRing(3);
    const waiting = ring.after(await positionOf(ring), FOR_EVER);
    ring.removed(['a']);
    expect(idsOf((await waiting).changes)).toEqual(['a']);
  });

  it('answers everybody who waits with the same', async () => {
    const ring = new ChangeRing(3);
    const start = await positionOf(ring);
    const waiting = Array.from({ length: 100 }, () => ring.after(start, FOR_EVER));
    ring.removed(['a']);
    for (const page of await Promise.all(waiting)) expect(idsOf(page.changes)).toEqual(['a']);
  });

  it('waits for nothing more where there is something, or where it shall only tell the position', async () => {
    const ring = new ChangeRing(3);
    const start = await positionOf(ring);
    ring.removed(['a']);
    expect(idsOf((await ring.after(start, FOR_EVER)).changes)).toEqual(['a']);
    expect((await ring.after(null, FOR_EVER)).changes).toEqual([]);
    expect((await ring.after('made.up', FOR_EVER)).reset).toBe(true);
  });

  it('stops waiting after the time it was given, or when it is told to, with one listener for all its waiting', async () => {
    const ring = new ChangeRing(3);
    const start = await positionOf(ring);
    expect((await ring.after(start, { limit: 1, waitMs: 1 })).changes).toEqual([]);
    let listeners = 0;
    const controller = new AbortController();
    const { signal } = controller;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with `apply`
    const { addEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, args);
    };
    const first = ring.after(start, { ...FOR_EVER, signal });
    expect(listeners).toBe(1);
    ring.wake();
    expect((await first).changes).toEqual([]);
    const second = ring.after(start, { ...FOR_EVER, signal });
    controller.abort();
    expect(await second).toEqual({ reset: false, changes: [], position: start });
    expect(listeners).toBe(1);
    expect((await ring.after(start, { ...FOR_EVER, signal })).changes).toEqual([]);
  });

  it('answers once for all that came in one turn of the event loop', async () => {
    const ring = new ChangeRing(10_000);
    const start = await positionOf(ring);
    const waiting = ring.after(start, { ...FOR_EVER, limit: 1_000 });
    for (let change = 1; change <= 900; change++) {
      ring.changed('task.progress', task);
      await Promise.resolve();
    }
    expect((await waiting).changes).toHaveLength(900);
  });

  it('answers a reader who comes back within the turn once for all the rest of it', async () => {
    const ring = new ChangeRing(10_000);
    const start = await positionOf(ring);
    const pages: number[] = [];
    const read = async (): Promise<void> => {
      for (let position = start; pages.reduce((sum, read) => sum + read, 0) < 1_500;) {
        const page = await ring.after(position, FOR_EVER);
        pages.push(page.changes.length);
        ({ position } = page);
      }
    };
    const reading = read();
    for (let change = 1; change <= 1_500; change++) {
      ring.changed('task.progress', task);
      await Promise.resolve();
    }
    await reading;
    expect(pages).toEqual([1_000, 500]);
  });

  it('answers within the turn before what it has to tell gives way to what comes after', async () => {
    const ring = new ChangeRing(10);
    const start = await positionOf(ring);
    const waiting = ring.after(start, FOR_EVER);
    let answered = 0;
    void waiting.then(({ changes }) => (answered = changes.length));
    for (let change = 1; change <= 5; change++) ring.changed('task.progress', task);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(answered).toBe(5);
    const lines = [{ stream: 'log' as const, text: 'x'.repeat(5 * 1024 * 1024), at: 1, number: 1 }];
    const { position } = await waiting;
    const much = ring.after(position, FOR_EVER);
    void much.then(({ changes }) => (answered += changes.length));
    ring.output(task, lines);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(answered).toBe(6);
  });

  it('does not answer for a change that was there before the waiting', async () => {
    const ring = new ChangeRing(10);
    const controller = new AbortController();
    const start = await positionOf(ring);
    const first = ring.after(start, FOR_EVER);
    ring.changed('task.progress', task);
    const now = await positionOf(ring);
    const second = ring.after(now, { ...FOR_EVER, signal: controller.signal });
    let answered = false;
    void second.then(() => (answered = true));
    expect((await first).changes).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    controller.abort();
    expect((await second).changes).toEqual([]);
  });

  it('keeps no more than 16 MiB of output, and lets go of what it forgets', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const ring = new ChangeRing(10_000);
    const start = await positionOf(ring);
    const append = (number: number): WeakRef<object> => {
      const lines = [
        { stream: 'log' as const, text: `${number}`.padEnd(65_536, 'x'), at: 1, number },
      ];
      ring.output(task, lines);
      return new WeakRef(lines);
    };
    const appended: WeakRef<object>[] = [];
    for (let number = 1; number <= 400; number++) appended.push(append(number));
    expect((await ring.after(start, NOW)).reset).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const kept = appended.filter((reference) => reference.deref() !== undefined);
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThanOrEqual(256);
  });

  it('does not hold removed tasks for a reader who lags far behind', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const ring = new ChangeRing(10_000);
    const start = await positionOf(ring);
    const pass = (number: number): WeakRef<object> => {
      const large = newTask(aNewTask({ id: `task-${number}` }), number);
      ring.changed('task.completed', large);
      ring.removed([large.id], 1024 * 1024);
      return new WeakRef(large);
    };
    const passed = Array.from({ length: 16 }, (_, index) => pass(index + 1));
    expect(idsOf((await ring.after(start, NOW)).changes)).toHaveLength(32);
    for (let number = 17; number <= 50; number++) passed.push(pass(number));
    expect((await ring.after(start, NOW)).reset).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const kept = passed.filter((reference) => reference.deref() !== undefined);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThanOrEqual(17);
  });

  it('does not hold progress that was written over for a reader who lags far behind', async () => {
    const ring = new ChangeRing(10_000);
    const start = await positionOf(ring);
    for (let count = 0; count < 4_000; count++) ring.changed('task.progress', task, 4_096);
    expect((await ring.after(start, NOW)).changes).toHaveLength(1_000);
    for (let count = 0; count < 200; count++) ring.changed('task.progress', task, 4_096);
    expect((await ring.after(start, NOW)).reset).toBe(true);
  });

  it('tells who keeps up even of what is larger than all that it keeps', async () => {
    const ring = new ChangeRing(10_000);
    let position = await positionOf(ring);
    for (let count = 0; count < 3; count++) {
      const waiting = ring.after(position, FOR_EVER);
      ring.removed([`task-${count}`], 100 * 1024 * 1024);
      const page = await waiting;
      expect(page).toMatchObject({ reset: false, changes: [{ ids: [`task-${count}`] }] });
      position = page.position;
    }
  });
});

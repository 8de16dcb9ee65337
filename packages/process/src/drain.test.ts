import { spawn } from 'node:child_process';
import { isRunning } from '../test/fixture.js';
import { drained } from './drain.js';

describe('drained', () => {
  it('waits for the pipes to be closed, and no longer', async () => {
    let close = (): void => {};
    const order: string[] = [];
    const waiting = drained(new Promise<void>((resolve) => (close = resolve))).then(() =>
      order.push('drained'),
    );
    await new Promise(setImmediate);
    order.push('closed');
    close();
    await waiting;
    expect(order).toEqual(['closed', 'drained']);
  });

  it('ends where they are never closed', async () => {
    const startedAt = performance.now();
    await drained(new Promise(() => {}));
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  it('leaves out nothing that came in time, also where this process was held up', async () => {
    const child = spawn('echo', ['in time']);
    const order: string[] = [];
    child.stdout.once('data', () => order.push('data'));
    const waiting = drained(new Promise(() => {})).then(() => order.push('drained'));
    const heldUpUntil = performance.now() + 1_100;
    while (isRunning(child.pid as number) || performance.now() < heldUpUntil);
    await waiting;
    expect(order).toEqual(['data', 'drained']);
  });
});

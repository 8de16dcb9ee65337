import { EndWrites } from './end-writes.js';
import { TaskMonitorError } from './errors.js';
import { FakeClock } from './testing/fake-clock.js';

const away = (): Promise<never> =>
  Promise.reject(new TaskMonitorError('STORE_UNAVAILABLE', 'Connection refused.'));

/** One write, with what its listener is told. */
function written(ends: EndWrites, where: string, write: () => Promise<unknown>) {
  let tried!: () => void;
  const triedOnce = new Promise<void>((resolve) => (tried = resolve));
  const stored = new Promise((resolve, reject) =>
    ends.write(where, write, { tried, stored: resolve, givenUp: reject }),
  );
  stored.catch(() => {});
  return { stored, tried: triedOnce };
}

describe('EndWrites', () => {
  let clock: FakeClock;
  let errors: string[];
  let ends: EndWrites;
  beforeEach(() => {
    clock = new FakeClock();
    errors = [];
    ends = new EndWrites(clock, (_, where) => errors.push(where));
  });

  it('tries again after 100 ms, twice as long each time, and every 5 s in the end', async () => {
    const triedAt: number[] = [];
    ends.write('recording', () => {
      triedAt.push(clock.monotonic());
      return away();
    });
    await clock.advanceAsync(20_000);
    expect(triedAt).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300, 11_300, 16_300]);
    expect(errors).toEqual(['recording, which is tried again']);
    ends.close();
  });

  it('does not try again what is a mistake', async () => {
    const mistake = new TaskMonitorError('TASK_NOT_FOUND', 'Task not found: a1');
    const { stored, tried } = written(ends, 'recording', () => Promise.reject(mistake));
    await tried;
    await expect(stored).rejects.toBe(mistake);
    expect(errors).toEqual(['recording']);
  });

  it('keeps 10,000 that wait, and gives up a further one at once', async () => {
    for (let count = 0; count < 10_000; count++) ends.write('recording', away);
    await clock.advanceAsync(0);
    errors.length = 0;
    await expect(written(ends, 'one more', away).stored).rejects.toThrow(
      '10000 tasks wait already',
    );
    expect(errors).toEqual(['one more']);
    expect(clock.timers).toBe(10_000 + 1);
    ends.close();
  });

  it('is waited for no longer than 5 s each, whatever becomes of the ones before', async () => {
    const order: string[] = [];
    const hang = (): Promise<never> => new Promise(() => {});
    void written(ends, 'first', hang).tried.then(() => order.push(`first ${clock.monotonic()}`));
    await clock.advanceAsync(2_000);
    await written(ends, 'second', () => Promise.resolve()).tried;
    void written(ends, 'third', hang).tried.then(() => order.push(`third ${clock.monotonic()}`));
    await clock.advanceAsync(10_000);
    expect(order).toEqual(['first 5000', 'third 7000']);
    expect(clock.timers).toBe(0);
  });

  it('leaves no timer when it is closed, and tries once what comes then', async () => {
    const waiting = written(ends, 'recording', away).stored;
    await clock.advanceAsync(1_000);
    ends.close();
    await expect(waiting).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(written(ends, 'recording', away).stored).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await clock.advanceAsync(0);
    expect(clock.timers).toBe(0);
  });
});

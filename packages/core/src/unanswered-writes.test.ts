import { TaskMonitorError } from './errors.js';
import type { Operation } from './store.js';
import { UnansweredWrites } from './unanswered-writes.js';

const away = (): Promise<never> =>
  Promise.reject(new TaskMonitorError('STORE_UNAVAILABLE', 'Connection refused.'));

describe('UnansweredWrites', () => {
  let sequence: number;
  let writes: UnansweredWrites;
  const next = (): Operation => ({ writer: 'monitor-1', sequence: ++sequence });
  const sequenceOf = async ({ sequence }: Operation): Promise<number> => sequence;
  const lose = (id: string): Promise<unknown> =>
    writes.write('start', id, next, away).catch(() => {});
  beforeEach(() => {
    sequence = 0;
    writes = new UnansweredWrites();
  });

  it('sends a call whose answer was lost as the same operation until it is answered', async () => {
    await lose('a1');
    await lose('a1');
    expect(await writes.write('start', 'a1', next, sequenceOf)).toBe(1);
    expect(await writes.write('start', 'a1', next, sequenceOf)).toBe(2);
  });

  it('sends another call, and the same beside it, as operations of their own', async () => {
    await lose('a1');
    expect(await writes.write('start', 'a2', next, sequenceOf)).toBe(2);
    expect(
      await Promise.all([
        writes.write('start', 'a1', next, sequenceOf),
        writes.write('start', 'a1', next, sequenceOf),
      ]),
    ).toEqual([1, 3]);
  });

  it('keeps nothing of a call that was refused', async () => {
    const mistake = new TaskMonitorError('TASK_NOT_FOUND', 'Task not found: a1');
    const refused = writes.write('start', 'a1', next, () => Promise.reject(mistake));
    await expect(refused).rejects.toBe(mistake);
    expect(await writes.write('start', 'a1', next, sequenceOf)).toBe(2);
  });

  it('keeps the last 1,000', async () => {
    for (let count = 0; count < 1_001; count++) await lose(`a${count}`);
    expect(await writes.write('start', 'a1', next, sequenceOf)).toBe(2);
    expect(await writes.write('start', 'a0', next, sequenceOf)).toBe(1_002);
  });
});

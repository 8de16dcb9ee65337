import { jest } from '@jest/globals';
import { Deadline } from './deadline.js';

const late = (): Error => new Error('late');
const never = new Promise<never>(() => {});

describe('Deadline', () => {
  it('comes to what the work comes to', async () => {
    const deadline = new Deadline(60_000);
    expect(await deadline.of(Promise.resolve(1), late)).toBe(1);
    await expect(deadline.of(Promise.reject(new Error('x')), late)).rejects.toThrow('x');
  });

  it('rejects when the time is over', async () => {
    await expect(new Deadline(1).of(never, late)).rejects.toThrow('late');
  });

  it('gives each work its own time, by one timer for all of it', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    try {
      const deadline = new Deadline(20);
      const ends: string[] = [];
      const ended = (name: string) => (error: Error) =>
        void ends.push(`${name} is ${error.message}`);
      void deadline.of(never, late).catch(ended('first'));
      await jest.advanceTimersByTimeAsync(5);
      void deadline.of(never, late).catch(ended('second'));
      expect(await deadline.of(Promise.resolve('done'), late)).toBe('done');
      expect(jest.getTimerCount()).toBe(1);
      await jest.advanceTimersByTimeAsync(14);
      expect(ends).toEqual([]);
      await jest.advanceTimersByTimeAsync(1);
      expect(ends).toEqual(['first is late']);
      await jest.advanceTimersByTimeAsync(4);
      expect(ends).toEqual(['first is late']);
      await jest.advanceTimersByTimeAsync(1);
      expect(ends).toEqual(['first is late', 'second is late']);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('serves what comes when nothing has been under way for a while', async () => {
    const deadline = new Deadline(1);
    await expect(deadline.of(never, late)).rejects.toThrow('late');
    await expect(deadline.of(never, late)).rejects.toThrow('late');
  });

  it('ignores what becomes of the work afterwards', async () => {
    let fail = (_error: Error): void => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    await expect(new Deadline(1).of(work, late)).rejects.toThrow('late');
    fail(new Error('nobody listens any more'));
    await expect(work).rejects.toThrow('nobody');
  });
});

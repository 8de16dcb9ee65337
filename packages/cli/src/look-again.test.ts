import { describe, expect, it } from '@jest/globals';
import { lookAgain } from './look-again.js';

describe('lookAgain', () => {
  it('looks again and again, one look at a time, until it is ended', async () => {
    let looks = 0;
    let isLooking = false;
    let third = (): void => {};
    const looked = new Promise<void>((resolve) => (third = resolve));
    const end = lookAgain(1, async () => {
      expect(isLooking).toBe(false);
      isLooking = true;
      await new Promise((resolve) => setImmediate(resolve));
      isLooking = false;
      if (++looks === 3) third();
    });
    await looked;
    await end();
    expect(isLooking).toBe(false);
    expect(looks).toBeGreaterThanOrEqual(3);
  });

  it('breaks off the look that goes on when it is ended', async () => {
    let began = (): void => {};
    const begun = new Promise<void>((resolve) => (began = resolve));
    const end = lookAgain(1, async (signal) => {
      began();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    });
    await begun;
    await expect(end()).resolves.toBeUndefined();
  });
});

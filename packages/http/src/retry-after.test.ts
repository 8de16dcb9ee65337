import { retryAfter } from './retry-after.js';

describe('retryAfter', () => {
  it.each([
    [null, '1'],
    [0, '1'],
    [-5, '1'],
    [1_001, '2'],
    [59_999, '60'],
    [3_600_000, '60'],
    [Infinity, '60'],
  ])('makes of %p ms %s s', (remainingMs, seconds) => {
    expect(retryAfter(remainingMs)).toBe(seconds);
  });
});

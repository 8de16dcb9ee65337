import { describe, expect, it } from '@jest/globals';
import { bytesText } from './bytes.js';

describe('bytesText', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_024, '1.0 KB'],
    [65_536, '64 KB'],
    [1_000 * 1_024, '1.0 MB'],
    [5.5 * 1_024 ** 3, '5.5 GB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});

import { describe, expect, it } from '@jest/globals';
import { countText, rateText, shortCountText } from './number.js';

describe('countText', () => {
  it('separates thousands', () => {
    expect(countText(1_234_567)).toBe('1,234,567');
  });
});

describe('shortCountText', () => {
  it('shortens only what is long', () => {
    expect([9_999, 12_345, 3_400_000].map(shortCountText)).toEqual(['9,999', '12.3K', '3.4M']);
  });
});

describe('rateText', () => {
  it.each([
    [12.4, 'segments', '12 segments/s'],
    [1.26, 'pages', '1.3 pages/s'],
    [0.07, 'pages', '4.2 pages/min'],
    [0.001, 'files', '3.6 files/h'],
    [3, null, '3/s'],
    [48_100_000, 'bytes', '48.1M bytes/s'],
  ])('writes %d per second of %s as %s', (perSecond, unit, text) => {
    expect(rateText(perSecond, unit)).toBe(text);
  });
});

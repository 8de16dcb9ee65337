import { describe, expect, it } from '@jest/globals';
import { countsInWords, rateInWords } from './amount.js';

describe('countsInWords', () => {
  it.each([
    [9, 80, 'pages', ' 9/80 pages'],
    [12, 80, null, '12/80'],
    [45, null, 'pages', '45 pages'],
    [62.04, 632.5, 's', ' 62.0/632.5 s'],
    [1_200_000, 34_000_000, 'B', ' 1.2/34.0 MB'],
    [512, null, 'B', '512 B'],
  ])('says %d of %d %s as %s', (current, total, unit, words) => {
    expect(countsInWords(current, total, unit)).toBe(words);
  });
});

describe('rateInWords', () => {
  it.each([
    [1.24, 'pages', '1.2/s'],
    [34, 'pages', '34/s'],
    [0.2, 'pages', '12/min'],
    [0.01, null, '36/h'],
    [0.5, '%', '30 %/min'],
    [2_400_000, 'B', '2.4 MB/s'],
    [1.5, 's', '1.5×'],
  ])('says %d %s in a second as %s', (perSecond, unit, words) => {
    expect(rateInWords(perSecond, unit)).toBe(words);
  });
});

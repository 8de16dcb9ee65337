import { describe, expect, it } from '@jest/globals';
import { agoInWords, clockOf, durationInWords, roughly } from './duration.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('durationInWords', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [4_200, '4.2 s'],
    [42_400, '42 s'],
    [59_700, '1 min'],
    [192_000, '3 min 12 s'],
    [2 * HOUR + 5 * MINUTE, '2 h 5 min'],
    [76 * HOUR, '3 d 4 h'],
  ])('says %d ms as %s', (ms, words) => {
    expect(durationInWords(ms)).toBe(words);
  });
});

describe('clockOf', () => {
  it.each([
    [7_900, '7 s'],
    [187_000, '3 min 07 s'],
    [2 * HOUR + 5 * MINUTE, '2 h 05 min'],
    [25 * HOUR, '1 d 01 h'],
    [-5, '0 s'],
  ])('says %d ms as %s', (ms, words) => {
    expect(clockOf(ms)).toBe(words);
  });
});

describe('roughly', () => {
  it.each([
    [200, '1 s'],
    [8_000, '8 s'],
    [12_600, '15 s'],
    [57_400, '55 s'],
    [58_000, '1 min'],
    [59 * MINUTE, '59 min'],
    [90 * MINUTE, '1.5 h'],
    [2 * HOUR, '2 h'],
    [30 * HOUR, '30 h'],
    [49 * HOUR, '2 d'],
  ])('says %d ms as %s', (ms, words) => {
    const { amount, unit } = roughly(ms);
    expect(`${amount} ${unit}`).toBe(words);
  });
});

describe('agoInWords', () => {
  it.each([
    [-3_000, 'now'],
    [400, 'now'],
    [12_600, '12 s ago'],
    [5 * MINUTE, '5 min ago'],
  ])('says %d ms as %s', (ms, words) => {
    expect(agoInWords(ms)).toBe(words);
  });
});

import { describe, expect, it } from '@jest/globals';
import { durationText, roughDurationText } from './duration.js';

describe('durationText', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [4, '4 ms'],
    [9.9, '9 ms'],
    [10, '0.01 s'],
    [420, '0.42 s'],
    [3_140, '3.1 s'],
    [9_960, '10 s'],
    [42_400, '42 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_900, '1 h 00 min'],
    [7_800_000, '2 h 10 min'],
    [86_399_999, '1 d 00 h'],
    [356_400_000, '4 d 03 h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe('roughDurationText', () => {
  it.each([
    [0, 'a few seconds'],
    [4_999, 'a few seconds'],
    [5_000, '5 s'],
    [38_000, '40 s'],
    [54_999, '55 s'],
    [55_000, '1 min'],
    [200_000, '3 min'],
    [3_300_000, '1 h'],
    [9_000_000, '2.5 h'],
    [50_400_000, '14 h'],
    [345_600_000, '4 d'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(roughDurationText(ms)).toBe(text);
  });
});

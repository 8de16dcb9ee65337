import { describe, expect, it } from '@jest/globals';
import { agoText, instantText } from './instant.js';

const NOON = Date.parse('2026-01-31T12:00:00Z');

describe('agoText', () => {
  it.each([
    [0, 'now'],
    [-1_400, 'now'],
    [42_000, '42 s ago'],
    [59_600, '1 min ago'],
    [3_600_000, '1 h ago'],
    [90_000_000, '1 d ago'],
    [-7_200_000, 'in 2 h'],
  ])('says of %d ms that they are %s', (ms, text) => {
    expect(agoText(NOON - ms, NOON)).toBe(text);
  });
});

describe('instantText', () => {
  it('has the date only of another day', () => {
    expect(instantText(NOON - 61_000, 'utc', NOON)).toBe('11:58:59 UTC');
    expect(instantText(NOON - 86_400_000, 'utc', NOON)).toBe('2026-01-30 12:00:00 UTC');
  });
});

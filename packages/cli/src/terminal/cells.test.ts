import { describe, expect, it } from '@jest/globals';
import { cut, fit, widthOf } from './cells.js';

describe('widthOf', () => {
  it.each([
    ['plain', 5],
    ['東京', 4],
    ['🎬', 2],
    ['👩‍💻', 2],
    ['🇫🇷', 2],
    ['e\u0301', 1],
    ['━╸─┄…–✓', 7],
    ['', 0],
  ])('of %s is %d columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('cut', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['two words', 5, 'two…'],
    ['東京の夜', 6, '東京…'],
    ['東京の夜', 5, '東京…'],
    ['👩‍💻👩‍💻', 3, '👩‍💻…'],
    ['any', 0, ''],
  ])('%j to %d columns is %j', (text, columns, shown) => {
    expect(cut(text, columns)).toBe(shown);
  });
});

describe('fit', () => {
  it('fills up to exactly the columns that there are', () => {
    expect(fit('東京', 6)).toBe('東京  ');
    expect(fit('12', 4, 'right')).toBe('  12');
    expect(fit('東京の夜', 6, 'right')).toBe(' 東京…');
  });
});

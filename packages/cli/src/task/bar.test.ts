import { describe, expect, it } from '@jest/globals';
import { colourStyle, plainStyle } from '../terminal/style.js';
import { bar, percentText } from './bar.js';

describe('bar', () => {
  it.each([
    [0, '──────────'],
    [5, '╸─────────'],
    [50, '━━━━━─────'],
    [99.99, '━━━━━━━━━╸'],
    [100, '━━━━━━━━━━'],
    [null, '┄┄┄┄┄┄┄┄┄┄'],
  ])('of %s percent is %s', (percent, drawn) => {
    expect(bar(percent, 10, plainStyle)).toBe(drawn);
  });

  it('has the accent where work is done, and is dim where it is not', () => {
    expect(bar(50, 4, colourStyle)).toBe('\x1b[36m━━\x1b[39m\x1b[2m──\x1b[22m');
  });
});

describe('percentText', () => {
  it('says 100 only of what is done', () => {
    expect(percentText(99.99)).toBe(' 99%');
    expect(percentText(100)).toBe('100%');
    expect(percentText(null)).toBe('   –');
  });
});

import { describe, expect, it } from '@jest/globals';
import { beginning, visible } from './visible.js';

describe('visible', () => {
  it.each([
    ['plain, and ünïcödé 😀', 'plain, and ünïcödé 😀'],
    ['two\n\tlines', 'two\n\tlines'],
    ['\u001b[31mred\u0007', '␛[31mred␇'],
    ['a\u0000b\u007f', 'a␀b␡'],
    ['user\u202etxt.exe', 'user⟨U+202E⟩txt.exe'],
    ['in\u200bvisible', 'in⟨U+200B⟩visible'],
    ['👩\u200d💻', '👩\u200d💻'],
  ])('shows %j as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});

describe('beginning', () => {
  it('leaves a short text alone', () => {
    expect(beginning('short', 5)).toEqual({ text: 'short', isCut: false });
  });

  it('does not cut a character in two', () => {
    expect(beginning('abc😀d', 4)).toEqual({ text: 'abc', isCut: true });
  });
});

import { describe, expect, it } from '@jest/globals';
import { colourStyle, hasColours, plainStyle } from './style.js';

describe('hasColours', () => {
  it.each([
    { isTerminal: true, env: {}, flag: false, has: true },
    { isTerminal: false, env: {}, flag: false, has: false },
    { isTerminal: true, env: { TERM: 'dumb' }, flag: false, has: false },
    { isTerminal: true, env: { NO_COLOR: '1' }, flag: false, has: false },
    { isTerminal: true, env: { NO_COLOR: '' }, flag: false, has: true },
    { isTerminal: false, env: { FORCE_COLOR: '1' }, flag: false, has: true },
    { isTerminal: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' }, flag: false, has: true },
    { isTerminal: true, env: { FORCE_COLOR: '0' }, flag: false, has: false },
    { isTerminal: true, env: { FORCE_COLOR: '1' }, flag: true, has: false },
  ])('is $has for $env with --no-color $flag, terminal $isTerminal', (given) => {
    expect(hasColours(given.isTerminal, given.env, given.flag)).toBe(given.has);
  });
});

describe('a style', () => {
  it('ends what it begins, and is nothing where there are no colours', () => {
    expect(colourStyle('red', '✗')).toBe('\x1b[31m✗\x1b[39m');
    expect(colourStyle('', 'x')).toBe('x');
    expect(plainStyle('red', '✗')).toBe('✗');
  });
});

import { describe, expect, it } from '@jest/globals';
import { plainJson, plainLine, plainText } from './plain-text.js';

describe('plainText', () => {
  it.each([
    ['red \x1b[31mtext\x1b[0m', 'red text'],
    ['\x1b]0;a title\x07named', 'named'],
    ['\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1b]0;without an end', ''],
    ['\x1bP$q\x1b\\\x1bcreset\x9b31m C1', 'reset C1'],
    ['one\r\ntwo\tthree', 'one two three'],
    ['bell\x07 back\x08 C1 \x85', 'bell\\x07 back\\x08 C1  '],
    ['right\u202eto left', 'right\\u{202e}to left'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['lone \ud83d', 'lone \ufffd'],
    ['👩‍💻 東京 é', '👩‍💻 東京 é'],
  ])('makes of %j what a terminal only shows', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });
});

it('takes no longer for a text full of beginnings', () => {
  const before = performance.now();
  expect(plainText('\x1b]'.repeat(50_000))).toBe('');
  expect(performance.now() - before).toBeLessThan(2_000);
});

describe('plainLine', () => {
  it('keeps the columns of tabs', () => {
    expect(plainLine('a\tbc\td')).toBe('a       bc      d');
  });

  it('writes out what would move the cursor', () => {
    expect(plainLine('\x1b[5Aup\x08')).toBe('up\\x08');
  });
});

describe('plainJson', () => {
  it('has nothing in it that a terminal obeys, and says the same', () => {
    const value = { text: '\x1b[31m\x9b2J\u202e\u2028é' };
    expect(plainJson(value)).toBe('{"text":"\\u001b[31m\\u009b2J\\u202e\\u2028é"}');
    expect(JSON.parse(plainJson(value))).toEqual(value);
  });
});

import { describe, expect, it } from '@jest/globals';
import { quotedKey, quotedValue, readTerms } from './read-terms.js';

describe('readTerms', () => {
  it('reads fields, values with commas and their places', () => {
    expect(readTerms('  -status:failed,cancelled timeout')).toEqual([
      {
        negated: true,
        field: 'status',
        colon: 9,
        values: [
          { text: 'failed', quoted: false, isOpen: false, from: 10, to: 16 },
          { text: 'cancelled', quoted: false, isOpen: false, from: 17, to: 26 },
        ],
        from: 2,
        to: 26,
      },
      {
        negated: false,
        field: null,
        colon: null,
        values: [{ text: 'timeout', quoted: false, isOpen: false, from: 27, to: 34 }],
        from: 27,
        to: 34,
      },
    ]);
  });

  it('takes what is in quotes as one text', () => {
    expect(texts(String.raw`"no: answer" name:"a, \"b\"",c`)).toEqual([
      [null, ['no: answer']],
      ['name', ['a, "b"', 'c']],
    ]);
  });

  it('reads the way to a value of the metadata, with its quotes', () => {
    expect(texts('meta.user.name:Ann META."user: id":42')).toEqual([
      ['meta', ['Ann']],
      ['meta', ['42']],
    ]);
  });

  it('keeps the `:` of a value', () => {
    expect(texts('tag:tenant:acme')).toEqual([['tag', ['tenant:acme']]]);
  });

  it('reads what is not finished', () => {
    expect(texts('status:')).toEqual([['status', ['']]]);
    expect(texts('tag:a,')).toEqual([['tag', ['a', '']]]);
    expect(texts('-')).toEqual([[null, ['']]]);
    expect(readTerms('name:"a b c')[0]?.values).toEqual([
      { text: 'a b c', quoted: true, isOpen: true, from: 5, to: 11 },
    ]);
    expect(texts('meta.us')).toEqual([[null, ['meta.us']]]);
  });

  it('goes on behind what the server would not take', () => {
    expect(readTerms('"a"b c').map(({ from, to }) => [from, to])).toEqual([
      [0, 4],
      [5, 6],
    ]);
  });
});

describe('quotedValue', () => {
  it('quotes only what would mean something else', () => {
    expect(quotedValue('tenant:acme')).toBe('tenant:acme');
    expect(quotedValue('a b')).toBe('"a b"');
    expect(quotedValue('a,b')).toBe('"a,b"');
    expect(quotedValue('>1')).toBe('">1"');
    expect(quotedValue('')).toBe('""');
    expect(quotedValue(String.raw`say "\o/"`)).toBe(String.raw`"say \"\\o/\""`);
  });

  it('comes back as it was', () => {
    for (const text of ['plain', 'a b', '"', '\\', 'c:\\dir\\', '", x:"y'])
      expect(texts(`name:${quotedValue(text)}`)).toEqual([['name', [text]]]);
  });
});

describe('quotedKey', () => {
  it('quotes dots and colons, which go down and end it', () => {
    expect(quotedKey('pages')).toBe('pages');
    expect(quotedKey('user.id')).toBe('"user.id"');
    expect(quotedKey('a:b')).toBe('"a:b"');
  });
});

function texts(q: string): readonly (readonly [string | null, readonly string[]])[] {
  return readTerms(q).map(({ field, values }) => [field, values.map(({ text }) => text)]);
}

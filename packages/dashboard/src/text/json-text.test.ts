import { describe, expect, it } from '@jest/globals';
import { jsonText } from './json-text.js';

describe('jsonText', () => {
  it('is indented JSON', () => {
    expect(jsonText({ pages: [1] }, false)).toEqual({
      text: '{\n  "pages": [\n    1\n  ]\n}',
      isCut: false,
      characters: 26,
    });
  });

  it('is the beginning of what is long, and says how long all is', () => {
    const text = 'x'.repeat(10_000);
    const cut = jsonText(text, false);
    expect([cut.text.length, cut.isCut, cut.characters]).toEqual([6_000, true, 10_002]);
  });

  it('is the first lines of what has many', () => {
    const list = Array.from({ length: 500 }, () => 0);
    const cut = jsonText(list, false);
    expect([cut.text.split('\n').length, cut.isCut]).toEqual([120, true]);
  });

  it('is all of it for who asks for that', () => {
    const list = Array.from({ length: 500 }, () => 0);
    expect(jsonText(list, true).text.split('\n')).toHaveLength(502);
  });
});

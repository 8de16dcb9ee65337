import { readCueText } from './cue-text.js';

const textOf = (...payload: string[]): string =>
  readCueText(payload)
    .map((line) => line.text)
    .join(' | ');

describe('readCueText', () => {
  it.each([
    ['<i>Smeaton</i> drifted <b>away</b>', 'Smeaton drifted away'],
    ['<c.yellow.bg_blue>Hello</c> there', 'Hello there'],
    ['hello<00:00:00.480><c> everyone</c>', 'hello everyone'],
    ['<font color="#ffff00">Yellow</font>', 'Yellow'],
    ['{\\an8}{\\b1}At the top', 'At the top'],
    ['<lang ja>日本語</lang>', '日本語'],
    ['5 < 6, 7 > 3 and I <3 you', '5 < 6, 7 > 3 and I <3 you'],
    ['{braces} stay', '{braces} stay'],
  ])('drops the markup of %s', (payload, text) => {
    expect(textOf(payload)).toBe(text);
  });

  it('decodes character references after the tags are gone', () => {
    expect(textOf('R&amp;D &lt;b&gt; caf&eacute;&nbsp;&#9731; AT&T &copy')).toBe(
      'R&D <b> café ☃ AT&T &copy',
    );
  });

  it('keeps words whole that carry a reading', () => {
    expect(textOf('<ruby>漢字<rt>かんじ</rt></ruby>を<ruby>読<rt>よ</ruby>む')).toBe('漢字を読む');
  });

  it('keeps line breaks and drops empty lines', () => {
    expect(textOf('Sailors called it', '  ', 'the   Inchcape.')).toBe(
      'Sailors called it\nthe Inchcape.',
    );
  });

  it('tells the voices of a cue apart', () => {
    expect(
      readCueText(['Both:', '<v.loud Esme>A boat!</v>', '<v James &amp; Co>Letters,', 'for you']),
    ).toEqual([
      { speaker: null, text: 'Both:' },
      { speaker: 'Esme', text: 'A boat!' },
      { speaker: 'James & Co', text: 'Letters,\nfor you' },
    ]);
  });

  it.each(['<rt>', '<rt>x', '<v ', '<v  ', '<', '<a', '{\\', '&', ' '])(
    'reads a line of 500,000 × %j in no time',
    (scrap) => {
      const start = performance.now();
      readCueText([scrap.repeat(500_000), `<v${' '.repeat(500_000)}`]);
      // Read once it takes some 50 ms; looked at from every position it would take hours.
      expect(performance.now() - start).toBeLessThan(5000);
    },
  );
});

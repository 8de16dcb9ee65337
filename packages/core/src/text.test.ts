import fc from 'fast-check';
import { cutText, storableText, visibleText } from './text.js';

describe('storableText', () => {
  it('leaves ordinary text as it is, whatever its script', () => {
    expect(storableText('Grüße, 世界 🎬 \n\t\u0001')).toBe('Grüße, 世界 🎬 \n\t\u0001');
  });

  it('replaces NUL and unpaired surrogates by U+FFFD', () => {
    expect(storableText('a\u0000b\ud83cc\udfac')).toBe('a\ufffdb\ufffdc\ufffd');
  });
});

describe('visibleText', () => {
  it('writes out what a terminal would obey, and what is not seen', () => {
    expect(visibleText('a\r\n\u001b[2Jb\u009b31m\u0000')).toBe('a\\x0d\\x0a\\x1b[2Jb\\x9b31m\\x00');
    expect(visibleText('\u202etxt.exe\u2066\u200b\ufeff\u2028')).toBe(
      '\\u{202e}txt.exe\\u{2066}\\u{200b}\\u{feff}\\u{2028}',
    );
  });

  it('leaves everything else as it is, whatever its script', () => {
    expect(visibleText('Grüße, 世界 🎬 שלום')).toBe('Grüße, 世界 🎬 שלום');
  });

  it('leaves no control character, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(
          /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
        );
      }),
    );
  });
});

describe('cutText', () => {
  it('leaves text that just fits as it is', () => {
    expect(cutText('abcdefgh', 8)).toBe('abcdefgh');
    expect(cutText('ééé', 6)).toBe('ééé');
  });

  it('cuts text that is one byte too long, and shows that it did', () => {
    expect(cutText('abcdefghi', 8)).toBe('abcde…');
    expect(cutText('aééé', 6)).toBe('aé…');
  });

  it('never cuts a character in two', () => {
    expect(cutText('aé2345', 6)).toBe('aé…');
    expect(cutText('abé345', 6)).toBe('ab…');
    expect(cutText('🎬🎬🎬', 8)).toBe('🎬…');
    expect(cutText('🎬🎬🎬', 10)).toBe('🎬…');
    expect(cutText('🎬🎬🎬', 11)).toBe('🎬🎬…');
  });

  it('is the longest start that fits, for any text and size', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 3, max: 60 }),
        (text, maxBytes) => {
          const cut = cutText(text, maxBytes);
          expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes);
          if (cut === text) return;
          const start = cut.slice(0, -1);
          expect(text.startsWith(start)).toBe(true);
          expect(cut.isWellFormed()).toBe(true);
          const next = String.fromCodePoint(text.codePointAt(start.length) as number);
          expect(Buffer.byteLength(`${start}${next}…`)).toBeGreaterThan(maxBytes);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

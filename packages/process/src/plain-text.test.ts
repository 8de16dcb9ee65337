import { plainText } from './plain-text.js';

describe('plainText', () => {
  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m text', 'red text'],
    ['24-bit colours with colons', '\u001b[38:2::255:0:0mred\u001b[m', 'red'],
    ['cursor movements and erasing', '\u001b[2K\u001b[1Aline', 'line'],
    ['a window title ended by BEL', '\u001b]0;evil title\u0007text', 'text'],
    ['a link ended by ST', '\u001b]8;;http://a.b/c d\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['a device control string', '\u001bP1$r0m\u001b\\text', 'text'],
    ['a character set choice', '\u001b(Btext', 'text'],
    ['the one-character form of CSI', '\u009b31mred', 'red'],
    ['a sequence that never ends', 'text\u001b]0;title', 'text'],
    ['a lone escape', 'a\u001b', 'a'],
    ['NUL, backspace and bell', 'a\u0000b\bc\u0007', 'abc'],
  ])('removes %s', (_name, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('leaves tabs, newlines and every script alone', () => {
    const text = 'a\tb\n日本語 Ελληνικά 👩‍💻 \ufffd';
    expect(plainText(text)).toBe(text);
  });

  it('takes linear time on text made to be slow', () => {
    const texts = ['\u001b[', '\u001b]', '\u001b[0;', '\u001b(', '\u009b1 '].map((part) =>
      part.repeat(20_000),
    );
    const before = process.cpuUsage();
    for (const text of texts) plainText(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(500);
  });
});

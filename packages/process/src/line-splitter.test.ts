import fc from 'fast-check';
import { LineSplitter } from './line-splitter.js';

function linesOf(...chunks: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((ended) => lines.push(...ended));
  for (const chunk of chunks) splitter.write(Buffer.from(chunk));
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('ends a line at each of the three line ends', () => {
    expect(linesOf('a\nb\r\nc\rd\n')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives out the last line without a line end', () => {
    expect(linesOf('a\nb')).toEqual(['a', 'b']);
    expect(linesOf('')).toEqual([]);
  });

  it('keeps empty lines', () => {
    expect(linesOf('\n\na\r\n\r\n\r\r')).toEqual(['', '', 'a', '', '', '']);
  });

  it('gives out a line as soon as its \\r is there, and takes a later \\n as part of it', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((ended) => lines.push(...ended));
    splitter.write(Buffer.from('50%\r'));
    expect(lines).toEqual(['50%']);
    splitter.write(Buffer.from(''));
    splitter.write(Buffer.from('\n'));
    splitter.write(Buffer.from('\n'));
    expect(lines).toEqual(['50%', '']);
    expect(linesOf('50%\ra', '\n')).toEqual(['50%', 'a']);
  });

  it('joins a character that came in two chunks', () => {
    const bytes = Buffer.from('né 👩\n');
    for (let at = 0; at <= bytes.length; at++) {
      expect(linesOf(bytes.subarray(0, at), bytes.subarray(at))).toEqual(['né 👩']);
    }
  });

  it('shows invalid bytes as U+FFFD and goes on', () => {
    expect(linesOf(Buffer.of(0xff, 0x61, 0xe6, 0x0a, 0x62))).toEqual(['\ufffda\ufffd', 'b']);
  });

  it('shows an unfinished line that ends like a bar, and no other', () => {
    const shown: string[] = [];
    const splitter = new LineSplitter(
      () => {},
      (unfinished) => shown.push(unfinished),
    );
    for (const chunk of [
      '[1]\n',
      ' 45%|',
      '█',
      '| [00',
      ':10]',
      '  ',
      '\r',
      '[',
      `${'x'.repeat(1_000)}]`,
    ])
      splitter.write(Buffer.from(chunk));
    expect(shown).toEqual([' 45%|█| [00:10]', ' 45%|█| [00:10]  ']);
  });

  it('leaves a line of 16 KB whole, and cuts a longer one with a mark up to its end', () => {
    const full = 'x'.repeat(16_384);
    expect(linesOf(`${full}\n`, 'next')).toEqual([full, 'next']);
    const [cut, next] = linesOf(`${full}${full}tail\nnext\n`);
    expect(cut).toHaveLength(16_382);
    expect(Buffer.byteLength(cut as string)).toBe(16_384);
    expect(cut).toMatch(/^x+… \[line cut at 16 KB\]$/);
    expect(next).toBe('next');
  });

  it('holds 16 KB of a line that never ends', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((ended) => lines.push(...ended));
    const chunk = Buffer.alloc(65_536, 'y');
    const before = process.memoryUsage();
    for (let i = 0; i < 16_384; i++) splitter.write(chunk);
    const after = process.memoryUsage();
    expect(lines).toEqual([]);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1024 * 1024);
    splitter.end();
    expect(lines).toHaveLength(1);
  });

  it('makes the same lines of any bytes however they are cut', () => {
    const piece = fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\n\r', 'a', 'é', '日', '👩', '\u0000', '\u001b[2K', ' '),
      fc.string({ unit: 'grapheme' }),
    );
    const bytes = fc.oneof(
      fc.array(piece).map((pieces) => Buffer.from(pieces.join(''))),
      fc
        .array(fc.constantFrom(0x0a, 0x0d, 0x61, 0x80, 0xc3, 0xe0, 0xe6, 0xed, 0xf0, 0xf4, 0xff))
        .map((values) => Buffer.from(values)),
      fc.uint8Array().map((values) => Buffer.from(values)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat({ max: 40 })), (whole, sizes) => {
        const chunks: Buffer[] = [];
        let rest = whole;
        for (const size of sizes) {
          chunks.push(rest.subarray(0, size));
          rest = rest.subarray(size);
        }
        const expected = linesOf(whole);
        expect(linesOf(...chunks, rest)).toEqual(expected);
        expect(linesOf(...Array.from(whole, (byte) => Buffer.of(byte)))).toEqual(expected);
        expect(expected).toEqual(plainSplit(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes the same lines of long lines however they are cut', () => {
    const line = fc
      .tuple(fc.constantFrom('x', 'é', '日', '👩'), fc.integer({ min: 65_500, max: 65_600 }))
      .map(([character, bytes]) => character.repeat(bytes / Buffer.byteLength(character)));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 3 }),
        fc.array(fc.nat({ max: 70_000 })),
        (long, cuts) => {
          const whole = Buffer.from(long.join('\r\n'));
          const ends = [
            ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b),
            whole.length,
          ];
          const chunks = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
          expect(linesOf(...chunks)).toEqual(linesOf(whole));
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** What the splitter must agree with, for lines of ordinary length. */
function plainSplit(bytes: Buffer): string[] {
  const lines = bytes.toString().split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

import fc from 'fast-check';
import { parseCaptions } from './caption-parser.js';
import { anyText } from './testing/any-text.js';

const texts = async (source: string, format: 'webvtt' | 'subrip'): Promise<string[]> =>
  (await parseCaptions(source, format)).cues.map((cue) => cue.text);

describe('WebVTT', () => {
  const FILE = [
    'WEBVTT - The lighthouse',
    'Kind: captions',
    'Language: en-GB',
    '',
    'NOTE one line',
    '',
    'NOTE',
    'several lines,',
    '1999',
    '',
    'STYLE',
    '::cue { color: yellow }',
    '',
    'REGION',
    'id:bottom',
    '',
    'opening',
    '00:01.000 --> 00:04.000 line:85%',
    '<v Ana>Sailors called it',
    'the Inchcape.',
    '',
    '2',
    '00:00:03.500 --> 00:00:06.000',
    'It overlaps.',
    '',
    '00:00:07.000 --> 00:00:08.000',
    'No blank line above the next one.',
    '00:00:09.000 --> 00:00:10.000',
    'The end.',
  ];

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('reads header, blocks and cues with %s line ends', async (_name, lineEnd) => {
    const parsed = await parseCaptions(`\uFEFF${FILE.join(lineEnd)}`, 'subrip');
    expect(parsed.format).toBe('webvtt');
    expect(Object.fromEntries(parsed.header)).toEqual({ kind: 'captions', language: 'en-GB' });
    expect(parsed.cues).toEqual([
      { start: 1, end: 4, speaker: 'Ana', text: 'Sailors called it\nthe Inchcape.' },
      { start: 3.5, end: 6, speaker: null, text: 'It overlaps.' },
      { start: 7, end: 8, speaker: null, text: 'No blank line above the next one.' },
      { start: 9, end: 10, speaker: null, text: 'The end.' },
    ]);
    expect(parsed.malformedAt).toEqual([]);
  });

  it('skips what cannot be read, says where, and keeps the rest', async () => {
    const parsed = await parseCaptions(
      'WEBVTT\n\n00:09.000 --> 00:04.000\nBackwards\n\nsoon --> later\nNever\n\n00:01.000 --> 00:02.000\nGood\n\n00:03.000 --> 00:04.000\n\n',
      'webvtt',
    );
    expect(parsed.cues.map((cue) => cue.text)).toEqual(['Good']);
    expect(parsed.malformedAt).toEqual([3, 6]);
    expect(parsed.silent).toBe(1);
  });

  it('does not take the next cue’s name for text where lines of spaces part the cues', async () => {
    const source =
      'WEBVTT\n\na\n00:01.000 --> 00:02.000\nOne\n \nb\n00:03.000 --> 00:04.000\nTwo\n';
    expect(await texts(source, 'webvtt')).toEqual(['One', 'Two']);
  });
});

describe('SubRip', () => {
  it('reads numbered cues with commas, empty lines inside them, and missing ends', async () => {
    const source =
      '1\n00:00:01,000 --> 00:00:02,000\nSailors\n\ncalled it\n\n\n2\n00:00:03,000 --> 00:00:04,000  X1:40\n1999\nwas a year.\n3\n00:00:05,000 --> 00:00:06,000\n{\\an8}<i>The end</i>';
    expect(await texts(source, 'subrip')).toEqual([
      'Sailors\ncalled it',
      '1999\nwas a year.',
      'The end',
    ]);
  });

  it('counts a mistyped arrow as a broken cue instead of reading it aloud', async () => {
    const source =
      '1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:03,000 -> 00:00:04,000\nTwo\n\n3\n00:00:05,000 --> 00:00:06,000\nThree\n';
    const parsed = await parseCaptions(source, 'subrip');
    expect(parsed.cues.map((cue) => cue.text)).toEqual(['One', 'Three']);
    expect(parsed.malformedAt).toEqual([6]);
  });

  it('puts cues in order', async () => {
    const source = '00:00:05,000 --> 00:00:06,000\nLate\n\n00:00:01,000 --> 00:00:02,000\nEarly\n';
    expect(await texts(source, 'subrip')).toEqual(['Early', 'Late']);
  });
});

const stamp = (ms: number, separator: string): string =>
  `${new Date(ms).toISOString().slice(11, 19)}${separator}${String(ms % 1000).padStart(3, '0')}`;

describe('any captions', () => {
  const word = fc.stringMatching(/^[\p{L}][\p{L}\p{N}'!?]{0,8}$/u);
  const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
  const cue = fc.record({
    start: fc.nat(80_000_000),
    lasts: fc.nat(9_000),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  });
  const cues = fc
    .array(cue, { maxLength: 20 })
    .map((list) => list.sort((a, b) => a.start - b.start));

  it.each(['webvtt', 'subrip'] as const)(
    'reads back every %s file that is written well',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          cues,
          fc.constantFrom('\n', '\r\n', '\r'),
          fc.boolean(),
          async (list, lineEnd, bom) => {
            const separator = format === 'webvtt' ? '.' : ',';
            const blocks = list.map(({ start, lasts, lines }, index) =>
              [
                index + 1,
                `${stamp(start, separator)} --> ${stamp(start + lasts, separator)}`,
                ...lines,
              ].join(lineEnd),
            );
            const file = (format === 'webvtt' ? ['WEBVTT', ...blocks] : blocks).join(
              lineEnd + lineEnd,
            );
            const parsed = await parseCaptions(`${bom ? '\uFEFF' : ''}${file}${lineEnd}`, format);
            expect(parsed.cues).toEqual(
              list.map(({ start, lasts, lines }) => ({
                start: start / 1000,
                end: (start + lasts) / 1000,
                text: lines.join('\n'),
                speaker: null,
              })),
            );
          },
        ),
      );
    },
  );

  it('survives any text at all, and every cue it reads makes sense', async () => {
    const scrap = fc.constantFrom(
      '\n',
      '\r\n',
      '\n\n',
      ' --> ',
      '00:01.000',
      '00:00:02,000',
      'WEBVTT',
      'NOTE',
      '7',
      '<v A>',
      '<',
      '&',
      '{\\',
    );
    const soup = fc.array(fc.oneof(scrap, anyText(5))).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(soup, fc.constantFrom('webvtt', 'subrip'), async (source, format) => {
        const parsed = await parseCaptions(source, format);
        for (const [index, { start, end, text }] of parsed.cues.entries()) {
          expect(text.trim()).not.toBe('');
          expect(end).toBeGreaterThanOrEqual(start);
          expect(start).toBeGreaterThanOrEqual(parsed.cues[index - 1]?.start ?? 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { OutputReader, readOutput } from './read-output.js';

const FOLDER = fileURLToPath(new URL('recordings/', import.meta.url));
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

const recording = (name: string) => readFileSync(FOLDER + name);
const read = (name: string) => readOutput([recording(name)]);

/** The counts of each update that has some: `2/3 unit`. */
const countsOf = (name: string) =>
  read(name)
    .updates.filter(({ current }) => current !== undefined)
    .map(({ current, total, unit }) => `${current}/${total} ${unit}`);

describe('recorded progress', () => {
  it.each(NAMES)('of %s is the same wherever it is cut in two, and byte by byte', (name) => {
    const bytes = recording(name);
    const whole = readOutput([bytes]);
    for (let at = 1; at < bytes.length; at++) {
      expect(readOutput([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(readOutput([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('is the same whatever stands around it, and however it is cut', () => {
    const around = fc.constantFrom(
      ...[
        '\r\n',
        '\n',
        '\r',
        'né 👩\n',
        '\0',
        '\u001b[2K',
        '\u001b[A',
        '{"progress": 4}\r\n',
        '[3/10] page\n',
      ],
      ...[
        Buffer.of(0xff, 0xe6),
        Buffer.of(0xf0, 0x9f),
        '\u001b]0;title\u0007',
        ' 45%\r',
        ' ',
        'frame=3\n',
      ],
    );
    const piece = fc.oneof(around, fc.constantFrom(...NAMES).map(recording));
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
        (pieces, sizes) => {
          const bytes = Buffer.concat(pieces.map((some) => Buffer.from(some)));
          const chunks: Buffer[] = [];
          for (let at = 0, index = 0; at < bytes.length; index++) {
            const size = sizes[index % sizes.length] as number;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(readOutput(chunks)).toEqual(readOutput([bytes]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(NAMES.filter((name) => name.startsWith('tqdm-') && name !== 'tqdm-with-log.stderr.txt'))(
    'of %s leaves no line in the output',
    (name) => {
      expect(read(name).lines).toEqual([]);
    },
  );

  it.each([
    [
      'tqdm-segments',
      [
        '0/5 segments',
        '1/5 segments',
        '2/5 segments',
        '3/5 segments',
        '4/5 segments',
        '5/5 segments',
        '5/5 segments',
      ],
    ],
    ['tqdm-ascii', ['0/4 it', '1/4 it', '2/4 it', '3/4 it', '4/4 it', '4/4 it']],
    ['tqdm-nested', ['0/2 it', '1/2 it', '2/2 it', '2/2 it']],
    ['tqdm-nested-deep', ['0/2 epoch', '1/2 epoch', '2/2 epoch', '2/2 epoch']],
    [
      'tqdm-unknown-total',
      [
        '0/null lines',
        '1/null lines',
        '2/null lines',
        '3/null lines',
        '4/null lines',
        '4/null lines',
      ],
    ],
    [
      'tqdm-unknown-scaled',
      [
        '0/null B',
        '400000/null B',
        '800000/null B',
        '1200000/null B',
        '1600000/null B',
        '1600000/null B',
      ],
    ],
    [
      'tqdm-scaled',
      [
        '0/3400000 B',
        '1000000/3400000 B',
        '2000000/3400000 B',
        '3000000/3400000 B',
        '3000000/3400000 B',
        '3400000/3400000 B',
        '3400000/3400000 B',
      ],
    ],
    [
      'tqdm-scaled-1024',
      [
        '0/3145728 B',
        '1048576/3145728 B',
        '2097152/3145728 B',
        '3145728/3145728 B',
        '3145728/3145728 B',
      ],
    ],
    ['tqdm-no-bar', ['0/3 it', '1/3 it', '2/3 it', '3/3 it', '3/3 it']],
    ['tqdm-colour', ['0/3 it', '1/3 it', '2/3 it', '3/3 it', '3/3 it']],
    [
      'tqdm-overrun',
      ['0/3 it', '1/3 it', '2/3 it', '3/3 it', '4/null it', '5/null it', '5/null it'],
    ],
    ['tqdm-empty', ['0/null it', '0/null it']],
    ['tqdm-zero-total', ['0/null it', '0/null it']],
    [
      'tqdm-bar-only',
      ['null/null null', 'null/null null', 'null/null null', 'null/null null', 'null/null null'],
    ],
    ['tqdm-slow', ['0/2 video', '1/2 video', '2/2 video', '2/2 video']],
    ['tqdm-fractions', ['4/10 it', '6.5/10 it', '6.5/10 it']],
  ])('of %s has the counts that the program had', (name, counts) => {
    expect(countsOf(`${name}.stderr.txt`)).toEqual(counts);
  });

  it('of a bar without counts is its percentage', () => {
    const { updates } = read('tqdm-bar-only.stderr.txt');
    expect(updates.map(({ percent }) => percent)).toEqual([0, 33, 67, 100, 100]);
  });

  it('has the description of a bar for its message, once, and what nested bars do', () => {
    const messages = (name: string) => read(name).updates.flatMap(({ message }) => message ?? []);
    expect(messages('tqdm-segments.stderr.txt')).toEqual(['embedding']);
    expect(messages('tqdm-scaled.stderr.txt')).toEqual(['model.bin: part 1']);
    expect(messages('tqdm-ascii.stderr.txt')).toEqual([]);
    expect(messages('tqdm-nested.stderr.txt').slice(0, 6)).toEqual([
      'outer',
      'outer › inner 0/3',
      'outer › inner 1/3',
      'outer › inner 2/3',
      'outer › inner 3/3',
      'outer',
    ]);
  });

  it('leaves what else was written between the redraws of a bar', () => {
    expect(read('tqdm-with-log.stderr.txt').lines).toEqual([
      'before',
      'through tqdm',
      'WARNING past tqdm',
    ]);
  });

  it('of yt-dlp is that of each file, with its name', () => {
    const { updates, lines } = read('yt-dlp.stdout.txt');
    expect(updates.map(({ percent }) => percent)).toEqual([0, 45.3, 100, 100, 12.5, 25, 100]);
    expect([...new Set(updates.map(({ message }) => message))]).toEqual([
      'item 1 of 2: Bell Rock [abc].f248.webm',
      'item 2 of 2: Skerryvore [def].mp4',
    ]);
    expect(lines.filter((line) => line.includes('%'))).toEqual([]);
    expect(lines).toContain('[download] Destination: lighthouses/Skerryvore [def].mp4');
  });

  describe('of ffmpeg', () => {
    it.each([
      ['ffmpeg-stats.stderr.txt', '30/30 s'],
      ['ffmpeg-no-length.stderr.txt', '12/12 s'],
      ['ffmpeg-joined.stderr.txt', '34/34 s'],
      ['ffmpeg-progress.stdout.txt', '30/30 s'],
      ['ffmpeg-audio.stdout.txt', '600/600 s'],
    ])('in %s grows, and is whole at its end only', (name, end) => {
      const counts = countsOf(name);
      expect(counts.at(-1)).toBe(end);
      expect(counts.length).toBeGreaterThan(2);
      const seconds = counts.map((text) => Number.parseFloat(text));
      expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
      const totals = counts.slice(0, -1).map((text) => text.split('/'));
      expect(totals.filter(([current, total]) => `${current} s` === total)).toEqual([]);
    });

    it('has the total that standard error told', () => {
      const reader = new OutputReader();
      reader.read('stderr', [recording('ffmpeg-progress.stderr.txt')]);
      const before = reader.updates.length;
      reader.read('stdout', [recording('ffmpeg-progress.stdout.txt')]);
      const blocks = reader.updates.slice(before);
      expect(blocks.length).toBeGreaterThan(2);
      expect(new Set(blocks.map(({ total }) => total))).toEqual(new Set([30]));
      expect(blocks.at(-1)).toMatchObject({ current: 30, total: 30, unit: 's' });
    });

    it('gives up the total when the output grows beyond it', () => {
      const { updates } = read('ffmpeg-joined.stderr.txt');
      const totals = updates.flatMap(({ total }) => (total === undefined ? [] : [total]));
      expect([...new Set(totals)]).toEqual([30, null, 34]);
    });

    it.each(NAMES.filter((name) => /^ffmpeg-.*stderr/.test(name)))(
      'leaves the words of %s, and no redraw',
      (name) => {
        const { lines } = read(name);
        expect(lines.filter((line) => line.startsWith('Output #0, null'))).toHaveLength(1);
        expect(lines.filter((line) => line.includes('time='))).toEqual([]);
      },
    );
  });
});

import { OutputReader, readOutput } from '../../test/read-output.js';
import { ProgressDetector } from './detect.js';
import type { ProgressOption } from './formats.js';

const BAR = 'embedding:  50%|#####     | 5/10 [00:10<00:10,  2.00s/it]';
const percentages = (text: string, option: ProgressOption = 'auto') =>
  readOutput([text], option).updates.map(({ percent, current }) => percent ?? current);

describe('ProgressDetector', () => {
  it('tries every format, and only those that were named', () => {
    const text = `{"progress": 4}\n${BAR}\n 45%\n`;
    expect(percentages(text, ['json', 'tqdm'])).toEqual([4, 5]);
    expect(percentages(text, 'tqdm')).toEqual([5]);
    expect(percentages(text, 'fraction')).toEqual([]);
  });

  it('no longer guesses once a program has said it exactly, but for formats that were named', () => {
    const text = `[1/4] reading\n${BAR}\n[2/4] embedding\n 45%\n`;
    expect(percentages(text)).toEqual([1, 5]);
    expect(readOutput([text]).lines).toEqual(['[1/4] reading', '[2/4] embedding', ' 45%']);
    expect(percentages(text, ['tqdm', 'fraction', 'percent'])).toEqual([1, 5, 2, 45]);
  });

  it('goes on guessing where lines could have been a report of ffmpeg and were not', () => {
    expect(percentages('frame=3\n[2/4] embedding\n')).toEqual([2]);
    expect(readOutput(['frame=3\n[2/4] embedding\n']).lines).toEqual([
      'frame=3',
      '[2/4] embedding',
    ]);
  });

  it('leaves blank lines where they are, but for those around a bar', () => {
    expect(readOutput(['a\n\n\nb\n\n']).lines).toEqual(['a', '', '', 'b', '']);
    expect(readOutput([`a\n\n\r${BAR}\r${BAR}\n\n\nb\n\nc\n`]).lines).toEqual(['a', 'b', '', 'c']);
    expect(readOutput(['[1/2] a\n\n[2/2] b\n']).lines).toEqual(['[1/2] a', '', '[2/2] b']);
  });

  it('holds back as many lines as a task keeps, and no more', () => {
    const lines: string[] = [];
    const detector = new ProgressDetector(
      'auto',
      [],
      () => {},
      () => {},
    );
    lines.push(
      ...detector.sort(
        'stdout',
        Array.from({ length: 1_000 }, () => ''),
      ).ordinary,
    );
    expect(lines).toHaveLength(800);
    lines.push(
      ...detector.sort(
        'stdout',
        Array.from({ length: 500 }, () => 'frame=3'),
      ).ordinary,
    );
    expect(lines).toHaveLength(1_400);
    lines.push(...detector.end('stdout'));
    expect(lines).toHaveLength(1_500);
  });

  it('says how many lines came before the last message', () => {
    const detector = new ProgressDetector(
      'auto',
      [],
      () => {},
      () => {},
    );
    expect(detector.sort('stdout', ['a', BAR, 'b'])).toEqual({
      ordinary: ['a', 'b'],
      outdated: 1,
      reports: [],
    });
    expect(detector.sort('stdout', ['c', BAR])).toEqual({
      ordinary: ['c'],
      outdated: 0,
      reports: [],
    });
    const report = '{"progress": 4, "page": 3}';
    expect(detector.sort('stdout', ['d', report])).toMatchObject({ outdated: 0, reports: [1] });
  });

  it('does not wait for the end of a line for the next drawing of a bar', () => {
    const at = (n: number) => `\r ${n}0%|#####     | ${n}/10 [00:10<00:10,  2.00s/it]`;
    const updates: unknown[] = [];
    const detector = new ProgressDetector(
      'auto',
      [],
      ({ current }) => updates.push(current),
      () => {},
    );
    detector.sort('stderr', ['', at(5).trim()]);
    detector.glimpse('stderr', at(6).trim());
    detector.glimpse('stderr', `${at(6).trim()} `);
    expect(updates).toEqual([5, 6]);
    expect(detector.sort('stderr', [`${at(6).trim()}  WARNING`]).ordinary).toEqual(['WARNING']);
    expect(updates).toEqual([5, 6]);
    detector.sort('stderr', ['an ordinary line']);
    // It may be a nested bar, which only the end of its line would tell.
    detector.glimpse('stderr', at(7).trim());
    expect(updates).toEqual([5, 6]);
  });

  it('takes a line that is longer than any bar for an ordinary one, unless it is JSON', () => {
    const long = 'x'.repeat(2_000);
    expect(percentages(`${long} ${BAR}\n`)).toEqual([]);
    expect(readOutput([`{"progress": "${long}"}\n`]).updates).toEqual([{ message: long }]);
  });

  it('remembers what a bar said across both streams', () => {
    const reader = new OutputReader();
    reader.read('stdout', [`${BAR}\n`]).read('stderr', ['[1/2] a\n']);
    expect(reader.updates).toHaveLength(1);
  });

  it('costs little for a line that has nothing to do with progress, however long', () => {
    const detector = new ProgressDetector(
      'auto',
      [],
      () => {},
      () => {},
    );
    const hostile = [
      ': 1a'.repeat(500),
      '1%|'.repeat(660),
      '[download] '.repeat(180),
      'frame='.repeat(330),
      `${' '.repeat(1_990)}%`,
      `Processing${' a'.repeat(990)}/`,
      `━${'━ '.repeat(990)}%`,
      `frame=${' size='.repeat(330)}`,
      '[['.repeat(990) + '/',
      `${'1/'.repeat(990)}x`,
      '{'.repeat(1_990),
    ];
    const before = process.cpuUsage();
    for (let times = 0; times < 20; times++) detector.sort('stdout', hostile);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000 / (20 * hostile.length)).toBeLessThan(2);
  });
});

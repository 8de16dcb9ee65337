import { TqdmParser } from './tqdm.js';

const read = (raw: string, parser = new TqdmParser()) =>
  // eslint-disable-next-line no-control-regex -- as the detector does
  parser.read({ stream: 'stderr', raw, text: raw.replace(/\u001b\[\d*[Am]/g, '').trimEnd() });

describe('TqdmParser', () => {
  it.each([
    [
      'desc:  45%|####5     | 45/100 [00:10<00:12,  4.50it/s, loss=0.1]',
      { message: 'desc', current: 45, total: 100, unit: 'it' },
    ],
    [
      ' 45%|████▌     | 45/100 [1:00:10<00:12,  1.20s/segments]',
      { current: 45, total: 100, unit: 'segments' },
    ],
    [' 33% 1/3 [00:00<?, ?it/s]', { current: 1, total: 3, unit: 'it' }],
    ['45it [00:10,  4.50it/s]', { current: 45, total: null, percent: null, unit: 'it' }],
    ['45 pages [00:10,  4.50 pages/s]', { current: 45, total: null, percent: null, unit: 'pages' }],
    [
      'a: b: 45it [00:10, 12.0s/it, x=[1]]',
      { message: 'a: b', current: 45, total: null, percent: null, unit: 'it' },
    ],
    ['12.0kit [00:10, 1.20kit/s]', { current: 12_000, total: null, percent: null, unit: 'it' }],
    [
      ' 35%|###5      | 1.20k/3.40k [00:01<00:02, 1.20kdocs/s]',
      { current: 1_200, total: 3_400, percent: 35.29, unit: 'docs' },
    ],
    [
      'model.bin:  25%|##4       | 12.3M/50.0M [00:02<00:07, 5.00MB/s]',
      { message: 'model.bin', current: 12_300_000, total: 50_000_000, percent: 24.6, unit: 'B' },
    ],
    [
      'x: 100%|##########| 5/5 [00:00<00:00,  4.00/s]',
      { message: 'x', current: 5, total: 5, unit: null },
    ],
    [' 10%|█         | 1/10 [00:01<00:09,  1.00MB/s]', { current: 1, total: 10, unit: 'MB' }],
    [
      'done:  33%|███▎      |',
      { message: 'done', percent: 33, current: null, total: null, unit: null },
    ],
  ])('reads %s', (line, update) => {
    expect(read(line)).toMatchObject({ update, kept: null });
    expect(read(line)?.update).toEqual(update);
  });

  it('bounds the share of scaled counts by the percentage that the bar shows', () => {
    // 900 of 1.2 · 1024: 73 %, where by thousands it would be 75.
    const line = ' 73%|#######3  | 900k/1.20M [00:02<00:07, 5.00MB/s]';
    expect(read(line)?.update).toMatchObject({ percent: 73.5 });
  });

  it.each([
    'embedding segment 12 of 80',
    '45% of 100 [00:10]',
    '45/100 [00:10<00:12]',
    '[00:10, 4.5it/s]',
    'foo: 45%|a table|45/100',
    '120%|##########| 6/5 [00:00<00:00,  4.00it/s]',
    ' 45%|####5     | 45/100 [00:10<00:12,  4.5',
    ' 50%|#####     | 4.50E/9.00E [00:10<00:12, 4.50EB/s]',
  ])('takes %s for an ordinary line', (line) => {
    expect(read(line)).toBeNull();
  });

  it('keeps what was written behind a bar', () => {
    const line = ' 45%|####5     | 45/100 [00:10<00:12,  4.50it/s]WARNING: no audio [a.mp4]';
    expect(read(line)?.kept).toBe('WARNING: no audio [a.mp4]');
  });

  it('says its description once, and again when another was there', () => {
    const parser = new TqdmParser();
    const messages = ['a', 'a', 'b', 'a'].map(
      (name) =>
        read(`${name}:  50%|#####     | 1/2 [00:01<00:01,  1.00it/s]`, parser)?.update?.message,
    );
    expect(messages).toEqual(['a', undefined, 'b', 'a']);
  });

  it('takes the last drawing of a nested bar, which is in the first line, for what it is', () => {
    const parser = new TqdmParser();
    const draw = (n: number, total: number, up = '') =>
      read(` 50%|#####     | ${n}/${total} [00:01<00:01,  1.00it/s]${up}`, parser)?.update;
    expect(draw(0, 2)).toMatchObject({ current: 0, total: 2 });
    expect(draw(3, 3, '\u001b[A')).toEqual({ message: '3/3' });
    expect(draw(3, 3)).toEqual({});
    expect(draw(1, 2)).toMatchObject({ current: 1, total: 2 });
    expect(draw(0, 3, '\u001b[A')).toEqual({ message: '0/3' });
  });

  it.each([
    ['empty: 0it [00:00, ?it/s]', 'empty: 0it [00:00, ?it/s]'],
    [
      'a: 100%|##########| 5/5 [00:00<00:00,  4.00it/s]',
      'a: 100%|##########| 5/5 [00:01<00:00,  4.00it/s]',
    ],
  ])('takes no bar for a part of one that is over: %s', (drawn, drawnLast) => {
    const parser = new TqdmParser();
    read(drawn, parser);
    read(drawnLast, parser);
    const inner = (n: number, up = '') =>
      read(`p1:  50%|#####     | ${n}/5 [00:00<00:00,  4.00it/s]${up}`, parser)?.update;
    expect(inner(0, '\u001b[A')).toEqual({ message: 'p1', current: 0, total: 5, unit: 'it' });
    expect(inner(5)).toEqual({ current: 5, total: 5, unit: 'it' });
  });

  it('keeps the bars of the two streams apart', () => {
    const parser = new TqdmParser();
    read('outer:  50%|#####     | 1/2 [00:01<00:01,  1.00it/s]', parser);
    const raw = 'other:  50%|#####     | 2/4 [00:01<00:01,  1.00it/s]\u001b[A';
    const reading = parser.read({ stream: 'stdout', raw, text: raw.slice(0, -3) });
    expect(reading?.update).toMatchObject({ current: 2, total: 4 });
  });
});

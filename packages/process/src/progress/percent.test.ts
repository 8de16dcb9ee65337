import { percentParser } from './percent.js';

const read = (text: string) => percentParser.read({ stream: 'stderr', text, raw: text });

describe('percentParser', () => {
  it.each([
    ['45%', 45],
    [' 45.5 %', 45.5],
    ['Progress: 45.5 %', 45.5],
    ['progress=45%', 45],
    ['45% complete', 45],
    [' 45% [=====>     ]', 45],
    ['[=====>     ] 45%', 45],
    ['|█████▌    | 45.0%', 45],
    ['#####################            45.3%', 45.3],
    ['  50K .......... .......... .......... .......... ..........  45% 1.2M 3s', 45],
    ['  45  120M   45 54.3M    0     0  3200k      0  0:00:37  0:00:17  0:00:20 3300k', 45],
  ])('reads %s', (line, percent) => {
    expect(read(line)).toEqual({
      update: { percent, current: null, total: null, unit: null },
      kept: null,
    });
  });

  it.each([
    [
      'film.mp4             45%[=====>      ]  54.30M  3.20MB/s    eta 20s',
      { message: 'film.mp4', percent: 45 },
    ],
    ['Working... ━━━━━━━━━━╸━━━━━━━━━  45% 0:00:12', { message: 'Working...', percent: 45 }],
    ['Transcoding film.mp4: 45%', { message: 'Transcoding film.mp4', percent: 45 }],
    ['Downloading... 45.5%', { message: 'Downloading', percent: 45.5 }],
    [
      'Receiving objects:  45% (450/1000), 1.20 MiB | 2.00 MiB/s',
      { message: 'Receiving objects', current: 450, total: 1_000 },
    ],
    [
      '   ━━━━━━━━━━━━━━━╸━━━━━ 1.2/3.4 MB 5.0 MB/s eta 0:00:01',
      { current: 1.2, total: 3.4, unit: 'MB' },
    ],
  ])('reads %s', (line, update) => {
    expect(read(line)).toMatchObject({ update, kept: null });
  });

  it('leaves a line of a build in the output', () => {
    const line = '[ 45%] Building C object a.o';
    expect(read(line)).toMatchObject({
      update: { percent: 45, message: 'Building C object a.o' },
      kept: line,
    });
  });

  it.each([
    'disk usage 45%',
    'disk usage [####      ] 45%',
    'CPU: 45%',
    '120%',
    '45%-50%',
    '45% of users agree',
    'Progress was 45% yesterday',
    '| 45% | 55% |',
    'accuracy: 45.5%',
    'discount [now] 45%',
  ])('takes %s for an ordinary line', (line) => {
    expect(read(line)).toBeNull();
  });
});

import { FfmpegParser } from './ffmpeg.js';

const INPUT = [
  "Input #0, matroska,webm, from 'in.mkv':",
  '  Duration: 00:01:40.00, start: 0.000000, bitrate: 316 kb/s',
];

const stats = (time: string, size = 'size', speed = '1.5x') =>
  `frame=  123 fps= 25 q=28.0 ${size}=     256kB time=${time} bitrate= 426.7kbits/s speed=${speed}`;

function reader(command: readonly string[] = ['ffmpeg']) {
  const parser = new FfmpegParser(command);
  const read = (text: string, stream: 'stdout' | 'stderr' = 'stderr') =>
    parser.read({ stream, text, raw: text });
  const block = (...fields: string[]) =>
    fields.map((field) => read(field, 'stdout')).at(-1)?.update;
  return { read, block };
}

const BLOCK = ['frame=123', 'fps=25.00', 'stream_0_0_q=28.0', 'bitrate=N/A', 'total_size=N/A'];

describe('FfmpegParser', () => {
  it('reads the line of standard error, with the total from the input', () => {
    const { read } = reader();
    for (const line of INPUT) expect(read(line)).toBeNull();
    expect(read(stats('00:00:04.92'))).toEqual({
      update: { message: 'speed 1.5x', current: 4.92, total: 100, unit: 's' },
      kept: null,
    });
    expect(
      read('size=N/A time=00:00:05.00 bitrate=N/A speed=1.93e+03x elapsed=0:00:03.28')?.update,
    ).toEqual({ message: 'speed 1930x', current: 5, total: 100, unit: 's' });
  });

  it('reads a block of -progress at its end', () => {
    const { read, block } = reader();
    for (const line of INPUT) read(line);
    expect(read('frame=123', 'stdout')).toMatchObject({ update: null, unsure: true });
    expect(
      block(
        ...BLOCK,
        'out_time_us=4920000',
        'out_time=00:00:04.920000',
        'speed= 419x',
        'progress=continue',
      ),
    ).toEqual({
      message: 'speed 419x',
      current: 4.92,
      total: 100,
      unit: 's',
    });
    // From now on there is no doubt.
    expect(read('frame=130', 'stdout')).toEqual({ update: null, kept: null });
  });

  it.each([
    [['out_time_ms=4920000', 'out_time=00:00:04.920000'], 4.92],
    [['out_time=00:00:04.929999'], 4.92],
    [['out_time_us=N/A', 'out_time_ms=N/A', 'out_time=N/A'], undefined],
    [['out_time_us=-20000', 'out_time=-00:00:00.020000'], undefined],
  ])('takes the time of %j', (fields, current) => {
    const { block } = reader();
    const update = block(...BLOCK, ...fields, 'speed=1x', 'progress=continue');
    expect(update).toMatchObject({ message: 'speed 1x' });
    expect(update?.current).toBe(current);
  });

  it('says nothing where nothing is known', () => {
    expect(reader().read(stats('N/A', 'size', 'N/A'))).toEqual({ update: null, kept: null });
  });

  it('is whole at its end only', () => {
    const { read } = reader();
    for (const line of INPUT) read(line);
    expect(read(stats('00:01:40.50'))?.update).toEqual({ message: 'speed 1.5x' });
    expect(read(stats('00:01:40.52', 'Lsize'))?.update).toMatchObject({
      current: 100.52,
      total: 100.52,
    });
  });

  it('ends at what became of it, also where that is shorter than the input', () => {
    const { block, read } = reader();
    for (const line of INPUT) read(line);
    const end = block(
      ...BLOCK,
      'out_time_us=3000000',
      'out_time=00:00:03.0',
      'speed=9x',
      'progress=end',
    );
    expect(end).toMatchObject({ current: 3, total: 3 });
  });

  it('knows no total without the length of an input, and gives up one that was too short', () => {
    const { read } = reader();
    expect(read(stats('00:00:04.92'))?.update).toMatchObject({
      current: 4.92,
      total: null,
      percent: null,
    });
    for (const line of INPUT) read(line);
    expect(read(stats('00:01:41.50'))?.update).toMatchObject({
      current: 101.5,
      total: null,
      percent: null,
    });
    expect(read(stats('00:00:50.00'))?.update).toMatchObject({ current: 101.5, total: null });
  });

  it('goes by the longest of several inputs', () => {
    const { read } = reader();
    for (const line of INPUT) read(line);
    read("Input #1, wav, from 'in.wav':");
    read('  Duration: 00:00:10.00, bitrate: 1411 kb/s');
    read('  Duration: 00:02:00.00, start: 0.000000, bitrate: 1411 kb/s');
    expect(read(stats('00:00:04.92'))?.update).toMatchObject({ total: 120 });
  });

  it('begins anew with the next ffmpeg of a script', () => {
    const { read } = reader(['sh']);
    for (const line of INPUT) read(line);
    read(stats('00:01:40.00', 'Lsize'));
    read("Input #0, wav, from 'in.wav':");
    read('  Duration: 00:00:10.00, start: 0.000000, bitrate: 1411 kb/s');
    expect(read(stats('00:00:04.92'))?.update).toMatchObject({ current: 4.92, total: 10 });
  });

  it('goes by the part that the command takes', () => {
    const { read } = reader(['ffmpeg', '-i', 'in.mkv', '-t', '20', 'out.mkv']);
    for (const line of INPUT) read(line);
    expect(read(stats('00:00:05.00'))?.update).toMatchObject({ current: 5, total: 20 });
  });

  it('takes the other line for a part of it where blocks come', () => {
    const { read, block } = reader();
    block(...BLOCK, 'out_time_us=4920000', 'out_time=00:00:04.92', 'speed=1x', 'progress=continue');
    expect(read(stats('00:00:04.00'))).toEqual({ update: null, kept: null });
  });

  it.each([
    'fps=30',
    'speed=fast',
    'progress=5',
    'progress=continue',
    'frame=3 of the film',
    'size= 3 time=4 bitrate=5',
    "Input #0, lavfi, from 'testsrc':",
    '  Duration: N/A, start: 0.000000, bitrate: N/A',
  ])('takes %s for an ordinary line', (line) => {
    expect(reader().read(line)).toBeNull();
  });
});

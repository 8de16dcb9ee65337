import { YtDlpParser } from './yt-dlp.js';

function reader() {
  const parser = new YtDlpParser();
  return (text: string) => parser.read({ stream: 'stdout', text, raw: text });
}

const MIB = 1024 * 1024;

describe('YtDlpParser', () => {
  it.each([
    [
      '[download]  45.3% of  120.50MiB at    3.20MiB/s ETA 00:21',
      { percent: 45.3, current: null, total: 120.5 * MIB, unit: 'B' },
    ],
    [
      '[download]  45.3% of ~ 120.50MiB at    3.20MiB/s ETA 00:21 (frag 5/11)',
      { percent: 45.3, current: null, total: null, unit: null },
    ],
    [
      '[download]   0.0% of ~50.00KiB at Unknown B/s ETA Unknown',
      { percent: 0, current: null, total: null, unit: null },
    ],
    [
      '[download] 100% of   50.00KiB in 00:00:01 at 40.00KiB/s',
      { percent: 100, current: null, total: 51_200, unit: 'B' },
    ],
    ['[download] 100% of 512B', { percent: 100, current: null, total: 512, unit: 'B' }],
    [
      '[download]    1.50MiB at  500.00KiB/s (00:00:03)',
      { current: 1.5 * MIB, total: null, percent: null, unit: 'B' },
    ],
  ])('reads %s', (line, update) => {
    expect(reader()(line)).toEqual({ update, kept: null });
  });

  it('says what is downloaded, and which of how many', () => {
    const read = reader();
    const progress = '[download]  50.0% of 2.00MiB at 1.00MiB/s ETA 00:01';
    expect(read('[download] Destination: videos/Bell Rock [abc].mp4')).toBeNull();
    expect(read(progress)?.update?.message).toBe('Bell Rock [abc].mp4');
    expect(read('[download] Downloading item 3 of 10')).toBeNull();
    expect(read(progress)?.update?.message).toBe('item 3 of 10');
    read('[download] Destination: C:\\videos\\b.mp4');
    expect(read(progress)?.update?.message).toBe('item 3 of 10: b.mp4');
  });

  it.each([
    '[download] a.mp4 has already been downloaded',
    '[download] Got error: HTTP Error 403. Retrying (1/10)...',
    '[download] 145.3% of 120.50MiB at 3.20MiB/s ETA 00:21',
    '[info] Downloading 1 format(s): 45.3% of 120.50MiB',
    '[download] 45.3% of the playlist',
  ])('takes %s for an ordinary line', (line) => {
    expect(reader()(line)).toBeNull();
  });
});

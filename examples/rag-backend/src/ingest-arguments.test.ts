import { readIngestArguments } from './ingest-arguments.js';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';

describe('readIngestArguments', () => {
  it('takes everything after --videos as ids', () => {
    expect(
      readIngestArguments(['--videos', 'film', '--help', '-x', '$(x)', '--videos'], {
        RESULTS_DIR: '/r',
      }),
    ).toEqual({
      videos: ['film', '--help', '-x', '$(x)', '--videos'],
      mediaDir: SHIPPED_MEDIA_DIR,
      resultsDir: '/r',
      segmentSeconds: 30,
      paceMs: 0,
    });
  });

  it('reads its settings from the environment', () => {
    const env = {
      RESULTS_DIR: '/r',
      MEDIA_DIR: '/m',
      SEGMENT_SECONDS: '7.5',
      INGEST_PACE_MS: '20',
    };
    expect(readIngestArguments(['--videos', 'film'], env)).toMatchObject({
      mediaDir: '/m',
      segmentSeconds: 7.5,
      paceMs: 20,
    });
  });

  it.each([
    [[], {}, 'Expected --videos first, got nothing.'],
    [['--help'], {}, 'Expected --videos first, got --help.'],
    [['--videos'], {}, 'Expected at least one video id after --videos.'],
    [['--videos', 'film'], {}, 'RESULTS_DIR is not set'],
    [
      ['--videos', 'film'],
      { RESULTS_DIR: '/r', SEGMENT_SECONDS: '0' },
      'Expected SEGMENT_SECONDS to be a number from above 0 to 86400, got "0".',
    ],
    [['--videos', 'film'], { RESULTS_DIR: '/r', SEGMENT_SECONDS: '1e3' }, 'got "1e3"'],
    [
      ['--videos', 'film'],
      { RESULTS_DIR: '/r', INGEST_PACE_MS: '-1' },
      'Expected INGEST_PACE_MS to be a number from 0 to 60000, got "-1".',
    ],
  ])('refuses %j with %j', (args, env, message) => {
    expect(() => readIngestArguments(args, env)).toThrow(message);
  });
});

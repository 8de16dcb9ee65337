import { readCue } from './cue.js';

describe('readCue', () => {
  it.each([
    ['00:00:01.000 --> 00:00:04.250', 1, 4.25],
    ['00:01.000 --> 00:04.250', 1, 4.25],
    ['00:00:01,000 --> 00:00:04,250', 1, 4.25],
    ['  0:1:2.5-->0:1:3.75  ', 62.5, 63.75],
    ['00:00:01.000 --> 00:00:04.000 line:85% position:50%,center align:start', 1, 4],
    ['00:00:01,000 --> 00:00:04,000  X1:40 X2:600 Y1:20 Y2:50', 1, 4],
    ['123:59:59.999 --> 124:00:00.000', 446399.999, 446400],
    ['00:00:05 --> 00:00:05', 5, 5],
  ])('reads %s', (timing, start, end) => {
    expect(readCue(timing, ['A boat!'])).toEqual([{ start, end, text: 'A boat!', speaker: null }]);
  });

  it.each([
    '00:00:04.000 --> 00:00:01.000',
    '00:61:00.000 --> 00:62:00.000',
    '-00:00:01.000 --> 00:00:01.000',
    '00:00:01.000 -->',
    'soon --> later',
    '00:00:01.000 --> 00:00:02.000x',
  ])('refuses %s', (timing) => {
    expect(readCue(timing, ['A boat!'])).toBeUndefined();
  });

  it('makes one cue of each voice, and none of silence', () => {
    expect(readCue('00:01.000 --> 00:02.000', ['<v Ana>Yes.', '<v Ben>No.'])).toMatchObject([
      { speaker: 'Ana', text: 'Yes.', start: 1, end: 2 },
      { speaker: 'Ben', text: 'No.', start: 1, end: 2 },
    ]);
    expect(readCue('00:01.000 --> 00:02.000', ['<i></i>', ' '])).toEqual([]);
  });
});

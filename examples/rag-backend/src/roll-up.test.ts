import type { Cue } from './cue.js';
import { withoutRollUp } from './roll-up.js';

const cue = (start: number, end: number, text: string): Cue => ({
  start,
  end,
  text,
  speaker: null,
});

describe('withoutRollUp', () => {
  it('says once what automatic captions show three times', () => {
    const rolling = [
      cue(0, 2, 'hello everyone'),
      cue(2, 2.01, 'hello everyone'),
      cue(2.01, 4, 'hello everyone\nwelcome back'),
      cue(4, 4.01, 'welcome back'),
      cue(4.01, 6, 'welcome back\nto the harbour'),
    ];
    expect(withoutRollUp(rolling).map((kept) => kept.text)).toEqual([
      'hello everyone',
      'welcome back',
      'to the harbour',
    ]);
  });

  it('leaves a chorus alone', () => {
    const song = [
      cue(0, 2, 'La la'),
      cue(2, 4, 'La la'),
      cue(4, 6, 'The sea'),
      cue(6, 8, 'is wide'),
      cue(8, 9, 'Oh'),
    ];
    expect(withoutRollUp(song)).toBe(song);
  });
});

import fc from 'fast-check';
import type { Cue } from './cue.js';
import { cutLongCue, joinCues } from './segment-text.js';

const cue = (text: string, speaker: string | null = null): Cue => ({
  start: 0,
  end: 1,
  text,
  speaker,
});

describe('joinCues', () => {
  it('makes sentences whole that run over lines and cues', () => {
    const cues = [
      cue('The poet Robert\nSouthey wrote'),
      cue('that a pirate cut the bell away.'),
      cue('He drowned.\nSo they say.'),
    ];
    expect(joinCues(cues)).toBe(
      'The poet Robert Southey wrote that a pirate cut the bell away.\nHe drowned.\nSo they say.',
    );
  });

  it('puts no spaces into a script that has none', () => {
    expect(joinCues([cue('彼の名が伝わるのは、\n沈括が書き残したからです。')])).toBe(
      '彼の名が伝わるのは、沈括が書き残したからです。',
    );
  });

  it('keeps the entries of a list apart', () => {
    expect(joinCues([cue('Produced By\nTon Roosendaal\nBlender Foundation')])).toBe(
      'Produced By\nTon Roosendaal\nBlender Foundation',
    );
  });

  it('keeps speakers apart', () => {
    expect(joinCues([cue('Is it', 'Ana'), cue('far?', 'Ben')])).toBe('Is it\nfar?');
  });
});

describe('cutLongCue', () => {
  it('loses no word, and makes no piece too long', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 4, max: 50 }),
        (text, max) => {
          const pieces = cutLongCue(cue(text), max).map((piece) => piece.text);
          expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
          for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(max);
        },
      ),
    );
  });

  it('cuts between words', () => {
    expect(cutLongCue(cue('a horse called Bassey'), 10).map((piece) => piece.text)).toEqual([
      'a horse',
      'called',
      'Bassey',
    ]);
  });
});

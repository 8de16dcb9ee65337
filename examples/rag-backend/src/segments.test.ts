import fc from 'fast-check';
import type { CaptionTrack } from './captions.js';
import type { Cue } from './cue.js';
import { cutSegments } from './segments.js';

const cue = (start: number, end: number, text: string, speaker: string | null = null): Cue => ({
  start,
  end,
  text,
  speaker,
});
const track = (language: string, ...cues: Cue[]): CaptionTrack => ({
  file: `film.${language}.vtt`,
  format: 'webvtt',
  language,
  cues,
  skipped: 0,
  warnings: [],
});
const cut = (tracks: CaptionTrack[], segmentSeconds = 30, durationSeconds = 100) =>
  cutSegments(tracks, { segmentSeconds, durationSeconds });

describe('cutSegments', () => {
  it('puts a cue whole into the stretch in which it starts, and leaves empty stretches out', () => {
    const english = track(
      'en',
      cue(2, 5, 'One.', 'Ana'),
      cue(29.9, 40, 'Two.', 'Ben'),
      cue(95, 99, 'Three.'),
    );
    expect(cut([english])).toEqual([
      { index: 0, start: 0, end: 30, text: 'One.\nTwo.', language: 'en', speakers: ['Ana', 'Ben'] },
      { index: 1, start: 90, end: 100, text: 'Three.', language: 'en', speakers: [] },
    ]);
  });

  it('reads tracks of one language together and keeps languages apart', () => {
    const tracks = [
      track('en', cue(1, 2, 'Sound.')),
      track('fr', cue(1, 2, 'Le son.')),
      track('en', cue(0, 9, 'Prologue.')),
    ];
    expect(cut(tracks).map(({ language, text }) => [language, text])).toEqual([
      ['en', 'Prologue.\nSound.'],
      ['fr', 'Le son.'],
    ]);
  });

  it('lets the last stretch end with the captions where they run past the film', () => {
    expect(cut([track('en', cue(40, 55, 'Late.'))], 30, 42)).toMatchObject([
      { start: 30, end: 55 },
    ]);
  });

  it('takes the whole video as one stretch when asked to', () => {
    const whole = cut([track('en', cue(0, 2, 'One.'), cue(95, 99, 'Two.'))], Infinity);
    expect(whole).toMatchObject([{ start: 0, end: 100, text: 'One.\nTwo.' }]);
  });

  it('cuts lengths that are not whole seconds without drifting', () => {
    expect(cut([track('en', cue(0.35, 1, 'x'))], 0.1)[0]).toMatchObject({ start: 0.3, end: 0.4 });
  });

  it('keeps every segment short, whatever one cue says', () => {
    const segments = cut([track('en', cue(0, 9, 'word '.repeat(2000).trim()))]);
    expect(segments.length).toBeGreaterThan(4);
    expect(
      segments.every(({ text, start, end }) => text.length <= 2000 && start === 0 && end === 30),
    ).toBe(true);
  });

  it('loses no word of any track', () => {
    const anyCue = fc
      .record({
        start: fc.double({ min: 0, max: 500, noNaN: true }),
        text: fc.stringMatching(/^[a-zA-Z]{1,12}$/),
      })
      .map(({ start, text }) => cue(start, start + 1, text));
    fc.assert(
      fc.property(fc.array(anyCue), fc.constantFrom(1, 7.5, 30, Infinity), (cues, seconds) => {
        const ordered = [...cues].sort((a, b) => a.start - b.start);
        const segments = cutSegments([track('en', ...ordered)], {
          segmentSeconds: seconds,
          durationSeconds: 500,
        });
        const words = segments.flatMap(({ text }) => text.split(/\s/));
        expect(words).toEqual(ordered.map(({ text }) => text));
        expect(segments.map(({ index }) => index)).toEqual(segments.map((_, index) => index));
      }),
    );
  });
});

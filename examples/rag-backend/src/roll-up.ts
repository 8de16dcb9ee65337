import type { Cue } from './cue.js';

/** Cues that follow each other closer than this belong to one rolling text. */
const TOUCHING_SECONDS = 0.1;

/**
 * Takes out the repetitions of roll-up captions, in which each cue first shows again what the one
 * before said last, as automatic captions of video sites do. Everything would be said twice or
 * three times otherwise. A track that does not roll is returned as it is: a chorus may repeat.
 */
export function withoutRollUp(cues: readonly Cue[]): readonly Cue[] {
  const repeats = cues.filter((cue, index) => repeatsEndOf(cues[index - 1], cue)).length;
  if (cues.length < 4 || repeats < cues.length / 2) return cues;
  return cues.flatMap((cue, index) => {
    if (!repeatsEndOf(cues[index - 1], cue)) return [cue];
    const text = cue.text.split('\n').slice(1).join('\n');
    return text === '' ? [] : [{ ...cue, text }];
  });
}

function repeatsEndOf(before: Cue | undefined, cue: Cue): boolean {
  if (before === undefined || cue.start - before.end > TOUCHING_SECONDS) return false;
  return before.text.split('\n').at(-1) === cue.text.split('\n')[0];
}

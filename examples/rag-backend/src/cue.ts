import { readCueText } from './cue-text.js';

/** One caption: what is said, by whom, and when. Times are seconds from the start of the video. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  /** Plain text; line breaks are kept. Never empty. */
  readonly text: string;
  readonly speaker: string | null;
}

const STAMP = String.raw`(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,9}))?`;
// What follows the second time are settings (WebVTT) or coordinates (SubRip): both say only where to draw.
const TIMING = new RegExp(String.raw`^\s*${STAMP}\s*-->\s*${STAMP}(?:\s.*)?$`);

// Arrows as people and programs mistype them: such a line is a broken timing, not something said.
const BROKEN_TIMING = /^\s*(?:\d+:)?\d+:\d+[.,]\d+\s*(?:-|=|–|—|→)/;

/** Whether a line claims to be the timing of a cue. In WebVTT no other line may contain the arrow. */
export function isTiming(line: string): boolean {
  return line.includes('-->') || BROKEN_TIMING.test(line);
}

/**
 * The cues of one timing line and the lines under it: one per voice, none when there is no text.
 * Returns undefined when the timing cannot be read or ends before it starts.
 */
export function readCue(timing: string, payload: readonly string[]): Cue[] | undefined {
  const match = TIMING.exec(timing);
  if (match === null) return undefined;
  const start = seconds(match.slice(1, 5));
  const end = seconds(match.slice(5, 9));
  if (end < start) return undefined;
  return readCueText(payload).map(({ speaker, text }) => ({ start, end, text, speaker }));
}

function seconds([hours, minutes, wholeSeconds, fraction]: readonly (
  string | undefined
)[]): number {
  const whole = Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(wholeSeconds);
  // Milliseconds are kept exact: adding 0.1 to a float would not be.
  return (whole * 1000 + Math.round(Number(`0.${fraction ?? 0}`) * 1000)) / 1000;
}

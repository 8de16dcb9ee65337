import { cutText } from '@task-monitor/core';

/** So far back a blank is looked for. */
const MAX_STEP_BACK = 512;

/**
 * As `cutText`, but between words where there is a blank near enough: half of a token or password would not be recognised
 * as one any more, and be shown.
 */
export function cutAtBlank(text: string, maxBytes: number): string {
  const kept = cutText(text, maxBytes);
  if (kept === text) return text;
  const blank = kept.lastIndexOf(' ');
  return blank > 0 && kept.length - blank <= MAX_STEP_BACK ? `${kept.slice(0, blank)}…` : kept;
}

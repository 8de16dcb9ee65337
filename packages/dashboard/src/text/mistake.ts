/** A search in which something is wrong, taken apart there. */
export interface MarkedMistake {
  readonly before: string;
  /** What is wrong; empty: something is missing here. */
  readonly wrong: string;
  readonly after: string;
}

/** How much of the rest is shown, in characters. */
const BEFORE = 32;
const AFTER = 24;

/** The part of `q` around its mistake. `position` counts characters from 1, as the server does. */
export function markMistake(q: string, position: number): MarkedMistake {
  const at = Math.min(Math.max(position - 1, 0), q.length);
  const wrong = /^\s?\S*/.exec(q.slice(at))?.[0] ?? '';
  const before = q.slice(0, at);
  const after = q.slice(at + wrong.length);
  return {
    before: before.length > BEFORE ? `…${before.slice(-BEFORE)}` : before,
    wrong,
    after: after.length > AFTER ? `${after.slice(0, AFTER)}…` : after,
  };
}

import { TaskMonitorError } from '../errors.js';

/** What a search may be, and how many tasks one call looks at one by one. */
export const SEARCH_LIMITS = Object.freeze({
  /** Of `q`. */
  characters: 1_000,
  /** Terms of `q`; of those with several values, each value. */
  terms: 32,
  /** Of a text to be looked for within others: what any text can be searched for in time that grows with its length alone. */
  textCharacters: 250,
  /** Tasks that one call looks at, where indexes do not find the matches. */
  examined: 10_000,
});

/** A mistake in a search at `offset`, counted from 0; people and `details.position` count from 1. */
export function searchError(offset: number, what: string, remedy: string): TaskMonitorError {
  const position = offset + 1;
  return new TaskMonitorError(
    'INVALID_INPUT',
    `Cannot read the search at character ${position}: ${what}. ${remedy}`,
    { details: { field: 'q', position } },
  );
}

/** A part of a search as a message shows it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

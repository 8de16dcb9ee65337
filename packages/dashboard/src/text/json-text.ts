import { beginning } from './visible.js';

/** A value as JSON for people, or the beginning of it. */
export interface JsonText {
  readonly text: string;
  readonly isCut: boolean;
  /** Of all of it. */
  readonly characters: number;
}

/** At most about this much is read at a glance; more is a matter of asking for it. */
const MOST_CHARACTERS = 6_000;
const MOST_LINES = 120;

/** `value` as indented JSON, cut where it gets long unless `isWhole`. */
export function jsonText(value: unknown, isWhole: boolean): JsonText {
  const all = JSON.stringify(value, null, 2);
  const { length: characters } = all;
  if (isWhole) return { text: all, isCut: false, characters };
  const start = beginning(all, MOST_CHARACTERS);
  const lines = start.text.split('\n');
  return {
    text: lines.slice(0, MOST_LINES).join('\n'),
    isCut: start.isCut || lines.length > MOST_LINES,
    characters,
  };
}

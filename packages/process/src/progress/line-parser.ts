import type { ProgressUpdate } from '@task-monitor/core';
import { LIMITS } from '@task-monitor/core';

/** No bar and no report is longer; only JSON may be. */
export const MAX_CHARACTERS = 2_000;

/** One line of a child's output, without its line end. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  /** Without escape sequences and control characters, and without blanks at its end. */
  readonly text: string;
  /** As it came: where a bar stands on a terminal is told by the escape sequences around it. */
  readonly raw: string;
}

/** What a parser made of a line that is of its format. */
export interface Reading {
  /** What the line says of the progress; `null` for a line that is a part of something longer. */
  readonly update: ProgressUpdate | null;
  /** What of the line is worth keeping in the output; `null` for nothing, as for one of many redraws of a bar. */
  readonly kept: string | null;
  /** What is kept is for the output alone: it is neither a message nor the last line of the program. */
  readonly isReport?: true;
  /** The line may turn out to be an ordinary one: it is kept unless a line that `confirms` follows. */
  readonly unsure?: true;
  readonly confirms?: true;
  /** The line is a bar that will be drawn again: the next line may be read before it is finished. */
  readonly redrawn?: true;
}

/** Knows one format. Pure, or a small state machine over all lines of a child. */
export interface LineParser {
  /**
   * Whether a line has what no line of this format lacks. Of a flood of ordinary lines this is what each of them costs,
   * so it looks for little. A line with escape sequences is shown without them.
   */
  mayRead(line: string): boolean;
  /** `null` for a line that is not of this format. */
  read(line: OutputLine): Reading | null;
}

/** Whether core would take the numbers of `update`: what it would refuse is no progress. */
export function isInRange({ current, total, percent, unit }: ProgressUpdate): boolean {
  return (
    isUpTo(current, Number.MAX_SAFE_INTEGER) &&
    isUpTo(total, Number.MAX_SAFE_INTEGER) &&
    isUpTo(percent, 100) &&
    (unit === undefined || unit === null || unit.length <= LIMITS.typeCharacters) &&
    !(typeof current === 'number' && typeof total === 'number' && current > total)
  );
}

function isUpTo(value: number | null | undefined, max: number): boolean {
  return value === undefined || value === null || (value >= 0 && value <= max);
}

/** An update that knows a percentage and no counts: those of an earlier format are no longer true. */
export function percentOnly(percent: number): ProgressUpdate {
  return { percent, current: null, total: null, unit: null };
}

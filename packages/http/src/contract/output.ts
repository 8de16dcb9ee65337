import type { OutputStream } from '@task-monitor/core';
import { choice, integer, list, object, type Schema, text } from './schema.js';

export interface WireOutput {
  readonly task_id: string;
  readonly lines: readonly WireOutputLine[];
  /** Ask for what comes `after` it; 0 before the first line. */
  readonly last_number: number;
}

export interface WireOutputLine {
  /** From 1, counted over all lines there ever were. */
  readonly number: number;
  readonly stream: OutputStream;
  readonly text: string;
  readonly at: string;
}

export const OUTPUT_LINE: Schema<WireOutputLine> = object<WireOutputLine>(
  'OutputLine',
  'A line of a log, or of what a process wrote.',
  {
    number: integer('From 1, counted over all lines there ever were.'),
    stream: choice(['stdout', 'stderr', 'log'], 'Where it came from.'),
    text: text('The line, without its end.'),
    at: text('When it was written.'),
  },
);

export const OUTPUT: Schema<WireOutput> = object<WireOutput>(
  'Output',
  'The newest lines of a task: 200 lines or 64 KB of them are kept.',
  {
    task_id: text('Whose output it is.'),
    lines: list(OUTPUT_LINE, 'Oldest first.'),
    last_number: integer('The number of the newest line.'),
  },
);

import {
  cutText,
  type NewOutputLine,
  OUTPUT_LIMITS,
  type OutputLine,
  storableText,
  type TaskOutput,
} from '@task-monitor/core';
import type { Connection } from './connection.js';

interface Tail {
  /** The number of the oldest line kept; one more than the last if none is. */
  first_line: number;
  last_line: number;
  bytes: number;
}

/** The newest lines of each task's output, within {@link OUTPUT_LIMITS}. */
export class Output {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Answers with the lines as they were kept. */
  append(task: number, lines: readonly NewOutputLine[]): readonly OutputLine[] {
    const tail = { ...(this.#tail(task) ?? { first_line: 1, last_line: 0, bytes: 0 }) };
    const added = lines.map(({ stream, text, at }, index) =>
      Object.freeze({
        stream,
        text: cutText(storableText(text), OUTPUT_LIMITS.bytes),
        at,
        number: tail.last_line + index + 1,
      }),
    );
    const sizes = added.map((line) => Buffer.byteLength(line.text));
    const skipped = skippedLines(sizes);
    if (skipped > 0) {
      this.#drop(task, tail.last_line);
      tail.first_line = tail.last_line + skipped + 1;
      tail.bytes = 0;
    }
    tail.last_line += added.length;
    for (let index = skipped; index < added.length; index++) {
      this.#insert(task, added[index] as OutputLine, sizes[index] as number);
      tail.bytes += sizes[index] as number;
    }
    this.#shorten(task, tail);
    this.#connection.run(
      'INSERT OR REPLACE INTO output_tails (number, first_line, last_line, bytes) VALUES (?, ?, ?, ?)',
      task,
      tail.first_line,
      tail.last_line,
      tail.bytes,
    );
    return Object.freeze(added);
  }

  after(task: number, line: number): TaskOutput {
    const tail = this.#tail(task);
    if (tail === undefined) return { lines: [], lastNumber: 0 };
    const lines = this.#connection
      .all<OutputLine>(
        'SELECT stream, text, at, line AS number FROM output_lines WHERE number = ? AND line > ? ORDER BY line',
        task,
        line,
      )
      .map(({ stream, text, at, number }) => Object.freeze({ stream, text, at, number }));
    return { lines, lastNumber: tail.last_line };
  }

  remove(task: number): void {
    const tail = this.#tail(task);
    if (tail === undefined) return;
    this.#connection.run('DELETE FROM output_lines WHERE number = ?', task);
    this.#connection.run('DELETE FROM output_tails WHERE number = ?', task);
  }

  #tail(task: number): Tail | undefined {
    return this.#connection.get<Tail>(
      'SELECT first_line, last_line, bytes FROM output_tails WHERE number = ?',
      task,
    );
  }

  #insert(task: number, { number, stream, at, text }: OutputLine, bytes: number): void {
    this.#connection.run(
      'INSERT INTO output_lines (number, line, stream, at, bytes, text) VALUES (?, ?, ?, ?, ?, ?)',
      task,
      number,
      stream,
      at,
      bytes,
      text,
    );
  }

  /** Drops the oldest lines until the rest is within the limits. */
  #shorten(task: number, tail: Tail): void {
    const before = tail.first_line;
    while (isTooLong(tail)) {
      const oldest = this.#connection.get<{ readonly bytes: number }>(
        'SELECT bytes FROM output_lines WHERE number = ? AND line = ?',
        task,
        tail.first_line++,
      );
      tail.bytes -= oldest?.bytes ?? 0;
    }
    if (tail.first_line > before) this.#drop(task, tail.first_line - 1);
  }

  #drop(task: number, last: number): void {
    this.#connection.run('DELETE FROM output_lines WHERE number = ? AND line <= ?', task, last);
  }
}

/** How many lines of one call need not be written, since those behind them fill the tail. */
function skippedLines(sizes: readonly number[]): number {
  let bytes = 0;
  for (let index = sizes.length - 1; index >= 0; index--) {
    bytes += sizes[index] as number;
    if (bytes > OUTPUT_LIMITS.bytes || sizes.length - index > OUTPUT_LIMITS.lines) return index + 1;
  }
  return 0;
}

function isTooLong({ first_line, last_line, bytes }: Tail): boolean {
  const lines = last_line - first_line + 1;
  return lines > OUTPUT_LIMITS.lines || (bytes > OUTPUT_LIMITS.bytes && lines > 1);
}

import type { Operation } from '@task-monitor/core';
import type { Connection } from './connection.js';

/** Writes remembered of each writer: a repeat comes within seconds of the lost answer. */
const REMEMBERED = 1_024;

/** Writers remembered. Beyond, the one that wrote longest ago goes. */
const WRITERS = 1_000;

/** A writer's place in the order of the last write is noted no more often than this. */
const NOTED_EVERY = 256;

interface Writer {
  readonly key: number;
  readonly seen: number;
}

/**
 * The writes that were done lately, so that one that is sent again is known, whatever was written since. A writer counts its
 * writes, so each has its place in a ring of its writer.
 */
export class Operations {
  readonly #connection: Connection;
  /** For the transaction under way only: between two, another process may let a writer go. */
  readonly #writers = new Map<string, Writer>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  has({ writer, sequence }: Operation): boolean {
    const known = this.#find(writer);
    if (known === undefined) return false;
    const row = this.#connection.get<{ readonly sequence: number }>(
      'SELECT sequence FROM operations WHERE place = ?',
      placeOf(known, sequence),
    );
    return row?.sequence === sequence;
  }

  /** `position` is that of the last change. */
  add({ writer, sequence }: Operation, position: number): void {
    const known = this.#find(writer) ?? this.#enter(writer, position);
    this.#connection.run(
      'INSERT OR REPLACE INTO operations (place, sequence) VALUES (?, ?)',
      placeOf(known, sequence),
      sequence,
    );
    if (position - known.seen < NOTED_EVERY) return;
    this.#connection.run('UPDATE writers SET seen = ? WHERE key = ?', position, known.key);
    this.#writers.set(writer, { key: known.key, seen: position });
  }

  /** The transaction under way is over. */
  forget(): void {
    this.#writers.clear();
  }

  #find(writer: string): Writer | undefined {
    const known =
      this.#writers.get(writer) ??
      this.#connection.get<Writer>('SELECT key, seen FROM writers WHERE writer = ?', writer);
    if (known !== undefined) this.#writers.set(writer, known);
    return known;
  }

  #enter(writer: string, position: number): Writer {
    const key = this.#connection.insert(
      'INSERT INTO writers (writer, seen) VALUES (?, ?)',
      writer,
      position,
    );
    const entered = { key, seen: position };
    this.#writers.set(writer, entered);
    this.#dropOldest();
    return entered;
  }

  #dropOldest(): void {
    const { count } = this.#connection.get<{ readonly count: number }>(
      'SELECT count(*) AS count FROM writers',
    ) as { readonly count: number };
    if (count <= WRITERS) return;
    const oldest = this.#connection.get<{ readonly key: number; readonly writer: string }>(
      'SELECT key, writer FROM writers ORDER BY seen, key LIMIT 1',
    ) as { readonly key: number; readonly writer: string };
    this.#connection.run('DELETE FROM writers WHERE key = ?', oldest.key);
    this.#connection.run(
      'DELETE FROM operations WHERE place BETWEEN ? AND ?',
      oldest.key * REMEMBERED,
      oldest.key * REMEMBERED + REMEMBERED - 1,
    );
    this.#writers.delete(oldest.writer);
  }
}

function placeOf(writer: Writer, sequence: number): number {
  return writer.key * REMEMBERED + (sequence % REMEMBERED);
}

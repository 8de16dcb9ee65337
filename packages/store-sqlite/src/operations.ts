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
  /** Of its last write; `null`: not known, as somebody else entered it. */
  newest: number | null;
}

/**
 * The writes that were done lately, so that one that is sent again is known, whatever was written since. A writer counts its
 * writes, so each has its place in a ring of its writer.
 */
export class Operations {
  readonly #connection: Connection;
  readonly #writers = new Map<string, Writer>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  has({ writer, sequence }: Operation): boolean {
    const known = this.#find(writer);
    if (known === undefined || (known.newest !== null && sequence > known.newest)) return false;
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
    if (known.newest !== null) known.newest = Math.max(known.newest, sequence);
    if (position - known.seen < NOTED_EVERY) return;
    this.#connection.run('UPDATE writers SET seen = ? WHERE key = ?', position, known.key);
    this.#writers.set(writer, { ...known, seen: position });
  }

  /** Somebody else may have written, also that a writer goes, or the last transaction did not happen. */
  forget(): void {
    this.#writers.clear();
  }

  #find(writer: string): Writer | undefined {
    const known = this.#writers.get(writer);
    if (known !== undefined) return known;
    const row = this.#connection.get<Pick<Writer, 'key' | 'seen'>>(
      'SELECT key, seen FROM writers WHERE writer = ?',
      writer,
    );
    if (row === undefined) return undefined;
    const found = { key: row.key, seen: row.seen, newest: null };
    this.#writers.set(writer, found);
    return found;
  }

  #enter(writer: string, position: number): Writer {
    const key = this.#connection.insert(
      'INSERT INTO writers (writer, seen) VALUES (?, ?)',
      writer,
      position,
    );
    const entered = { key, seen: position, newest: -1 };
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

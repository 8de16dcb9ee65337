import { TaskMonitorError } from '@task-monitor/core';
import type { Connection } from './connection.js';
import { type Definition, definitionBody, readDefinition } from './row.js';

/** Characters of definitions kept in memory: some ten thousand ordinary ones. */
const MAX_CACHED = 4 * 1024 * 1024;

/** Many go at a time: what was deleted from a `Map` is in the way of the next look at its beginning. */
const CACHED_AFTERWARDS = (MAX_CACHED / 8) * 7;

/** What of each task never changes. The ones that were read lately are kept: a number never means another task. */
export class Definitions {
  readonly #connection: Connection;
  readonly #cache = new Map<number, { readonly definition: Definition; readonly size: number }>();
  #cached = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(number: number, definition: Definition): void {
    const body = definitionBody(definition);
    this.#connection.run('INSERT INTO definitions (number, body) VALUES (?, ?)', number, body);
    this.#keep(number, definition, body.length);
  }

  get(number: number): Definition {
    const known = this.#cache.get(number);
    if (known !== undefined) {
      this.#cache.delete(number);
      this.#cache.set(number, known);
      return known.definition;
    }
    const row = this.#connection.get<{ readonly body: string }>(
      'SELECT body FROM definitions WHERE number = ?',
      number,
    );
    if (row === undefined) {
      throw new TaskMonitorError('STORE_CORRUPT', `The store has no definition of task ${number}.`);
    }
    const definition = readDefinition(row.body);
    this.#keep(number, definition, row.body.length);
    return definition;
  }

  /** Characters of one that was read or added lately, else 0. */
  sizeOf(number: number): number {
    return this.#cache.get(number)?.size ?? 0;
  }

  delete(number: number): void {
    this.#connection.run('DELETE FROM definitions WHERE number = ?', number);
  }

  /** The last transaction did not happen: the numbers in it are given to other tasks. */
  forget(): void {
    this.#cache.clear();
    this.#cached = 0;
  }

  #keep(number: number, definition: Definition, size: number): void {
    this.#cache.set(number, { definition, size });
    this.#cached += size;
    if (this.#cached <= MAX_CACHED) return;
    // A Map keeps the order of entering, and whatever is read enters again: the first is the one not read for longest.
    for (const [first, { size: freed }] of this.#cache) {
      if (this.#cached <= CACHED_AFTERWARDS) break;
      this.#cache.delete(first);
      this.#cached -= freed;
    }
  }
}

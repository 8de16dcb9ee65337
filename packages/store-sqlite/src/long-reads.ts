import type { Connection } from './connection.js';

/**
 * Reads that take long, one after the other, so that together they hold up the event loop no longer than one does. Each has a
 * connection of its own, which sees one state of the file, whoever writes meanwhile.
 */
export class LongReads {
  readonly #openReader: () => Connection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(openReader: () => Connection) {
    this.#openReader = openReader;
  }

  do<T>(read: (reader: Connection) => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => {
      const reader = this.#openReader();
      try {
        return await read(reader);
      } finally {
        reader.close();
      }
    });
    this.#last = done.catch(() => {});
    return done;
  }
}

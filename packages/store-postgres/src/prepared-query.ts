import type pg from 'pg';
import { executeMessage, type Parameter } from './execute-message.js';
import type { Row } from './row.js';

/**
 * One execution of a prepared statement, as the driver lets others write a query of their own. Of the messages that there are
 * it sends those only that are needed: nobody asks which columns come, as all are read as text.
 */
export class PreparedQuery implements pg.Submittable {
  readonly rows: Promise<readonly Row[]>;
  /** The driver's: it ends the timer of its `query_timeout`. */
  callback: ((error?: unknown) => void) | undefined;
  readonly #statement: string;
  readonly #text: string;
  readonly #message: Buffer;
  readonly #prepares: boolean;
  readonly #found: Row[] = [];
  #resolve!: (rows: readonly Row[]) => void;
  #reject!: (error: unknown) => void;

  /** `prepares` the statement first, in place of what has its name by now. */
  constructor(statement: string, text: string, values: readonly unknown[], prepares: boolean) {
    this.#statement = statement;
    this.#text = text;
    this.#message = executeMessage(statement, values.map(asParameter));
    this.#prepares = prepares;
    this.rows = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: pg.Connection): null {
    const wire = connection as unknown as Wire;
    const name = this.#statement;
    const message = this.#message;
    if (!this.#prepares) {
      wire.stream.write(message);
      return null;
    }
    // All of it leaves as one packet, if it can.
    wire.stream.cork();
    wire.close({ type: 'S', name });
    wire.parse({ name, text: this.#text, types: [] });
    wire.stream.write(message);
    wire.stream.uncork();
    return null;
  }

  handleDataRow({ fields }: { readonly fields: Row }): void {
    this.#found.push(fields);
  }

  handleReadyForQuery(): void {
    this.callback?.();
    this.#resolve(this.#found);
  }

  handleError(error: unknown): void {
    this.callback?.(error);
    this.#reject(error);
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handleRowDescription(): void {}

  handlePortalSuspended(): void {}
}

/** What the driver's connection has; its types say less. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void; write(message: Buffer): unknown };
  close(statement: { readonly type: 'S'; readonly name: string }): void;
  parse(statement: { readonly name: string; readonly text: string; readonly types: [] }): void;
}

function asParameter(value: unknown): Parameter {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
}

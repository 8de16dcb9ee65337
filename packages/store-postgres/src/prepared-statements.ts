import { createHash } from 'node:crypto';
import type pg from 'pg';
import { codeOf } from './postgres-error.js';
import { PreparedQuery } from './prepared-query.js';
import type { Row } from './row.js';
import { hasOwnSession } from './shared-session.js';

/** A plan that was made while a table was small would be wrong some day. */
const PLANNED_EVERY_MS = 60_000;

/** A column of a table is of another type now: what was prepared before is of no use, and nothing was done. */
const OF_ANOTHER_FORM = '0A000';

/** There is no such statement: the session is not the one it was prepared in, so something in between gives it to others. */
const OF_ANOTHER_SESSION = '26000';

interface Session {
  /** Whether nothing in between gives it to others. */
  readonly isOwn: boolean;
  readonly preparedAt: Map<string, number>;
}

/**
 * Statements that the server has parsed and planned once for each connection, and not each time they are asked: for a small one
 * that takes longer than to do it. Only where the session is the connection's own.
 */
export class PreparedStatements {
  readonly #sessions = new WeakMap<pg.Client, Session>();
  readonly #names = new Map<string, string>();
  #isOff = false;

  /** `null` if it was not asked, as it cannot be prepared here. */
  async ask(
    client: pg.Client,
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Row[] | null> {
    if (this.#isOff) return null;
    const session = this.#sessions.get(client) ?? (await this.#newSession(client));
    if (!session.isOwn) return null;
    try {
      const isNew = isDue(session, text);
      const query = new PreparedQuery(this.#nameOf(name, text), text, values, isNew);
      client.query(query);
      return await query.rows;
    } catch (error) {
      session.preparedAt.delete(text);
      const code = codeOf(error);
      if (code !== OF_ANOTHER_SESSION && code !== OF_ANOTHER_FORM) throw error;
      if (code === OF_ANOTHER_SESSION) this.#isOff = true;
      return null;
    }
  }

  async #newSession(client: pg.Client): Promise<Session> {
    const session = { isOwn: await hasOwnSession(client), preparedAt: new Map<string, number>() };
    this.#sessions.set(client, session);
    return session;
  }

  /** Another one for another text, whoever prepares it. */
  #nameOf(name: string, text: string): string {
    let statement = this.#names.get(text);
    if (statement === undefined) {
      statement = `${name} ${createHash('sha1').update(text).digest('hex').slice(0, 16)}`;
      this.#names.set(text, statement);
    }
    return statement;
  }
}

/** Whether it has to be prepared, for the first time or anew. */
function isDue({ preparedAt }: Session, text: string): boolean {
  const now = performance.now();
  const at = preparedAt.get(text) ?? -Infinity;
  if (now - at < PLANNED_EVERY_MS) return false;
  preparedAt.set(text, now);
  return true;
}

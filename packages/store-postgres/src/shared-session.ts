import type pg from 'pg';

/** Where many share few sessions, even two questions in a row are often asked in different ones. */
const ROUNDS = 8;

/** A question that tells which session it was asked in. */
export const WHICH_SESSION = 'SELECT pg_backend_pid() AS session';

/**
 * Whether a pooler in between gives the session of this connection to others, too, such as PgBouncer in transaction mode.
 * What is set there, or listened to, then stays behind for whoever has it next. `elsewhere` asks {@link WHICH_SESSION} by
 * another connection. Says `false` of a pooler only if it was never seen to share.
 */
export async function isSessionShared(
  client: pg.Client,
  elsewhere: () => Promise<number>,
): Promise<boolean> {
  const session = await sessionOf(client);
  if (session === announced(client)) return false;
  for (let round = 0; round < ROUNDS; round++)
    if ((await elsewhere()) === session || (await sessionOf(client)) !== session) return true;
  return false;
}

/** Whether the server itself is at the other end: what is set in the session stays with the connection. */
export async function hasOwnSession(client: pg.Client): Promise<boolean> {
  return (await sessionOf(client)) === announced(client);
}

async function sessionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ session: number }>(WHICH_SESSION);
  return Number(rows[0]?.session);
}

/** What the other end said when the connection was made: a server its process, a pooler something of its own. */
function announced(client: pg.Client): number | null {
  // The types of the driver leave it out.
  return (client as unknown as { processID: number | null }).processID;
}

import { isTaskMonitorError, TaskMonitorError } from '@task-monitor/core';

/**
 * What to do about an error: `away` the server or the way to it is gone for now, `clash` another transaction was in the way,
 * `final` it would be the same again.
 */
export type Trouble = 'away' | 'clash' | 'final';

/**
 * SQLSTATEs, https://www.postgresql.org/docs/current/errcodes-appendix.html: of a server that is not there, or not yet, or of a
 * session that it ended as it had been idle, or in one transaction, for too long.
 */
const AWAY = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '25P04', '53300', '25006']);

/** What is counted on from a row that is not there is null; the store itself writes no null where none may be. */
const NOT_NULL_VIOLATION = '23502';

/** What people can mend who hear of it. */
const REMEDIES: Readonly<Record<string, string>> = {
  '42501':
    'The role needs USAGE on the schema, and SELECT, INSERT, UPDATE and DELETE on its tables; to make them, CREATE on the database, too',
  '3D000': 'Create the database, or name another',
  '28P01': 'Correct user and password',
};

const CLASH = new Set(['40001', '40P01', '55P03']);

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  // A name that was known a moment ago: container networks forget it while its server is started again.
  'ENOTFOUND',
  'ENOENT',
]);

export function troubleOf(error: unknown): Trouble {
  if (error instanceof TimeUp) return 'away';
  const code = codeOf(error);
  if (code === null) return isLostConnection(error) ? 'away' : 'final';
  if (CLASH.has(code)) return 'clash';
  return code.startsWith('08') || AWAY.has(code) || NETWORK.has(code) ? 'away' : 'final';
}

/** Whether a connection may be used again after it gave this error. */
export function isConnectionSound(error: unknown): boolean {
  return isTaskMonitorError(error) || (codeOf(error) !== null && troubleOf(error) !== 'away');
}

/** Nobody waits for the answer any more. */
export class TimeUp extends Error {
  constructor(message = 'no answer in time') {
    super(message);
  }
}

/** Any error of the driver or the server as one that a store may reject with. */
export function storeError(error: unknown): TaskMonitorError {
  if (isTaskMonitorError(error)) return error;
  const code = codeOf(error);
  const said = reasonOf(error);
  const details = code === null ? {} : { sqlState: code };
  if (code === '53100') {
    return new TaskMonitorError('STORE_FULL', `PostgreSQL has no room left on its disk: ${said}`, {
      details,
      cause: error,
    });
  }
  if (code === 'XX001' || code === 'XX002') {
    return new TaskMonitorError('STORE_CORRUPT', `PostgreSQL found damaged data: ${said}`, {
      details,
      cause: error,
    });
  }
  if (code === '25006') {
    return new TaskMonitorError(
      'STORE_UNAVAILABLE',
      `PostgreSQL takes no writes now: it is a standby, or \`default_transaction_read_only\` is on. It says: ${said}`,
      { details, cause: error },
    );
  }
  if (code === NOT_NULL_VIOLATION) {
    return new TaskMonitorError(
      'STORE_CORRUPT',
      `The row of the table \`meta\` or \`lease_search\` is gone: restore a backup. PostgreSQL says: ${said}`,
      { details, cause: error },
    );
  }
  const remedy = REMEDIES[code ?? ''];
  return new TaskMonitorError(
    'STORE_UNAVAILABLE',
    `PostgreSQL did not do it: ${said}${remedy === undefined ? '' : `. ${remedy}`}`,
    { details, cause: error },
  );
}

/** What an error says. One of many attempts, such as to reach each address of a name, says nothing itself. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const { errors } = error as Partial<AggregateError>;
  return errors?.map(reasonOf).join('; ') || (codeOf(error) ?? error.name);
}

export function codeOf(error: unknown): string | null {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}

/** The driver has no codes for these. */
function isLostConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    /connection (terminated|error)|terminat|timeout exceeded|not queryable|client was closed/i.test(
      error.message,
    )
  );
}

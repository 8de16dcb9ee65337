import { TaskMonitorError } from '@task-monitor/core';
import pg from 'pg';

/**
 * The driver takes an empty string for the server of this machine, and one that is no URL for a database on a server called
 * `base`. The value is never shown: there is a password in it.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS unless it says where a PostgreSQL server is
 */
export function checkConnectionString(value: string): void {
  const trouble = troubleIn(value);
  if (trouble === null) return;
  throw new TaskMonitorError(
    'INVALID_OPTIONS',
    'Expected `connectionString` to be a URL such as postgres://user:password@host:5432/name, ' +
      `but ${trouble}.`,
    { details: { option: 'connectionString' } },
  );
}

function troubleIn(value: string): string | null {
  if (value.trim() === '') return 'it is empty; set the environment variable that it is taken from';
  // The driver has two forms more, both of a socket: `/var/run/postgresql name` and `socket:/var/run/postgresql?db=name`.
  if (!/^(postgres(ql)?:\/|socket:|\/)/i.test(value))
    return 'it does not begin with postgres:// or postgresql://';
  return isReadable(value)
    ? null
    : 'it is no valid URL: a port is a number up to 65535, and in a password each of / ? # @ % has to be percent-encoded, such as # as %23';
}

function isReadable(connectionString: string): boolean {
  try {
    new pg.Client({ connectionString });
    return true;
  } catch (error) {
    // Anything else, such as a certificate that cannot be read, has nothing to do with its form.
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    return code !== 'ERR_INVALID_URL' && name !== 'URIError';
  }
}

import { TaskMonitorError } from '@task-monitor/core';
import type { Database } from './database.js';

/**
 * Any other encoding lacks characters that tasks have: their writes would be refused one by one, and work that is done would
 * be taken for running.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS unless the database holds every text
 */
export async function checkEncoding(database: Database): Promise<void> {
  const [row] = await database.ask("SELECT current_setting('server_encoding'), current_database()");
  const [encoding, name] = row ?? [];
  if (encoding === 'UTF8') return;
  throw new TaskMonitorError(
    'INVALID_OPTIONS',
    `The database "${name}" has the encoding ${encoding}, which cannot hold every text; PostgresStore needs UTF8. ` +
      "Make a database with it, such as CREATE DATABASE tasks ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' " +
      'TEMPLATE template0, and open that.',
    { details: { database: name, encoding } },
  );
}

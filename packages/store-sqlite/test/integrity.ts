import { chooseDriver } from '../src/driver/choose-driver.js';
import { Connection } from '../src/connection.js';

/** What SQLite finds wrong with a file: `ok`, or a list of it. Nobody may have the file open in this process. */
export async function integrityOf(path: string): Promise<string> {
  return onFile(path, (connection) =>
    connection
      .all<{ readonly integrity_check: string }>('PRAGMA integrity_check')
      .map((row) => row.integrity_check)
      .join('\n'),
  );
}

/** Does something to a file behind the store's back. */
export async function onFile<T>(path: string, body: (connection: Connection) => T): Promise<T> {
  const driver = await chooseDriver(undefined);
  const connection = new Connection(driver.open(path));
  try {
    return body(connection);
  } finally {
    connection.close();
  }
}

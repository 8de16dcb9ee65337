import { Connection } from '../src/connection.js';
import { chooseDriver } from '../src/driver/choose-driver.js';
import type { Database } from '../src/driver/driver.js';
import { migrate } from '../src/migrate.js';

/** An empty store in memory, for tests of a part of it. `wrap` may look at what is asked of the database. */
export async function migrated(
  wrap: (database: Database) => Database = (database) => database,
): Promise<Connection> {
  const driver = await chooseDriver(undefined);
  const connection = new Connection(wrap(driver.open(':memory:')));
  migrate(connection, 0);
  return connection;
}

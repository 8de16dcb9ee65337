import { Connection } from '../../src/connection.js';
import { chooseDriver } from '../../src/driver/choose-driver.js';
import { migrate } from '../../src/migrate.js';
import initial from '../../src/migrations/001_initial.sql';

/** Makes the schema, and then a table that grows for minutes, in one migration of a new file. */
const [path = ''] = process.argv.slice(2);

const driver = await chooseDriver(undefined);
const connection = new Connection(driver.open(path));
connection.exec('PRAGMA journal_mode = WAL; PRAGMA cache_size = 10');
console.log('begun');
migrate(connection, 0, [
  initial,
  `CREATE TABLE numbers AS
   WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 1000000000)
   SELECT n, hex(randomblob(500)) AS text FROM count`,
]);

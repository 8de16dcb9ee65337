import { SqliteStore } from '../../src/index.js';

/** Opens a store, and prints why it cannot be. */
const [path = ''] = process.argv.slice(2);

try {
  await (await SqliteStore.open({ path })).close();
  console.log('opened');
} catch (error) {
  console.log(String(error));
}

import { chooseDriver } from '../../src/driver/choose-driver.js';
import { SqliteStore } from '../../src/index.js';

/** Opens a store, and prints why it cannot be. To root nothing is forbidden: then somebody else opens it. */
const [path = ''] = process.argv.slice(2);

// While all files of the program may be read for sure.
await chooseDriver(undefined);
if (process.getuid?.() === 0) {
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
try {
  await (await SqliteStore.open({ path })).close();
  console.log('opened');
} catch (error) {
  console.log(String(error));
}

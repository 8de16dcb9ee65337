import { existsSync } from 'node:fs';
import { SqliteStore } from '../../src/index.js';

/**
 * Opens the store as soon as there is a file `gate`, so that many do so at the same moment, and prints which one it is.
 *
 * opener.mjs <path> <gate>
 */
const [path = '', gate = ''] = process.argv.slice(2);

console.log('ready');
// Busy: whoever sleeps comes late.
while (!existsSync(gate)) await new Promise((resolve) => setImmediate(resolve));
const store = await SqliteStore.open({ path });
const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
console.log(position.split('.')[0]);
await store.close();

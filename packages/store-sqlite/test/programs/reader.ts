import { SqliteStore } from '../../src/index.js';

/**
 * Prints every change from the moment it prints `ready`, until it was told of `changes` of them.
 *
 * reader.mjs <path> <changes>
 */
const [path = '', changes = ''] = process.argv.slice(2);

const store = await SqliteStore.open({ path });
let { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
console.log('ready');
// The store's own timers keep no process alive.
const alive = setInterval(() => {}, 1_000);
for (let told = 0; told < Number(changes);) {
  const page = await store.changesAfter(position, { limit: 100, waitMs: 10_000 });
  if (page.reset) throw new Error('Expected every change to be told, got "reset".');
  for (const change of page.changes) {
    console.log(
      change.type === 'task.removed'
        ? change.ids.join()
        : `${change.task.id} ${change.type.slice(5)}`,
    );
  }
  told += page.changes.length;
  position = page.position;
}
clearInterval(alive);
await store.close();

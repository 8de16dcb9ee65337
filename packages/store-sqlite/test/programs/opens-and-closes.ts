import { readdirSync, readlinkSync } from 'node:fs';
import { SqliteStore } from '../../src/index.js';

/** Opens and closes a store 100 times, with readers that wait; prints what of it is still open after the first and last. */
const [path = ''] = process.argv.slice(2);

for (let times = 1; times <= 100; times++) {
  const store = await SqliteStore.open({ path });
  const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  const waiting = store.changesAfter(position, { limit: 1, waitMs: Infinity }).catch(() => {});
  await store.close();
  await waiting;
  if (times === 1 || times === 100) console.log(JSON.stringify([...openFiles(), ...timers()]));
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith(path) ? [target] : [];
    } catch {
      // The one by which the folder itself was read.
      return [];
    }
  });
}

function timers(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');
}

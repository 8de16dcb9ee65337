import { TaskMonitor } from '@task-monitor/core';
import { SqliteStore } from '../../src/index.js';

/** Works with a store and never closes it; prints how long the process lived on after its last line. */
const [path = ''] = process.argv.slice(2);

const store = await SqliteStore.open({ path });
const monitor = new TaskMonitor({ store });
const task = await monitor.register({ type: 'ingest' });
await monitor.start(task.id);
await monitor.complete(task.id);
const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
void store.changesAfter(position, { limit: 1, waitMs: Infinity });
void store.changesAfter(position, { limit: 1, waitMs: 60_000 });
const endedAt = performance.now();
process.on('exit', () => console.log(Math.round(performance.now() - endedAt)));

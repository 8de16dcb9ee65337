import { setTimeout as delay } from 'node:timers/promises';
import { closeOnSignals, TaskMonitor } from '@task-monitor/core';
import { openStore } from './database.js';

/** A worker process: `node dist/ingest-worker.js <name> <segments> …` does one task after the other, each of so many segments. */
const [worker = 'worker', ...sizes] = process.argv.slice(2);
const SEGMENT_MS = 100;

const monitor = new TaskMonitor({ store: await openStore() });
let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => (isStopping = true));
closeOnSignals(monitor);
for (const size of sizes) if (!isStopping) await ingest(Number(size));
await monitor.close();

async function ingest(total: number): Promise<void> {
  const options = { type: 'ingest', metadata: { worker }, steps: { read: 1, embed: 9 } };
  const run = await monitor.run(options, async ({ step, signal }) => {
    await step('read', () => delay(SEGMENT_MS, undefined, { signal }));
    await step('embed', async ({ progress }) => {
      for (let current = 1; current <= total; current++) {
        await progress({ current, total, unit: 'segments' });
        // Your work; told to stop, it stops.
        await delay(SEGMENT_MS, undefined, { signal });
      }
    });
  });
  const { status } = await run.recorded;
  console.log(`${status} ${run.task.id}`);
}

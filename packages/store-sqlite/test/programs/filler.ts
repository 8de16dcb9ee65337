import { rmSync } from 'node:fs';
import { isTaskMonitorError, type NewTask } from '@task-monitor/core';
import { SqliteStore } from '../../src/index.js';

/**
 * Fills the disk that the store is on, makes room again, and prints as JSON what the store said to it.
 *
 * filler.mjs <path of the store> <path of a large file on the same disk>
 */
const [path = '', ballast = ''] = process.argv.slice(2);

const store = await SqliteStore.open({ path });
const answered: string[] = [];
let sequence = 0;

const codes = new Set<string>();
for (let refused = 0; refused < 20;) {
  const code = await create();
  if (code === 'applied') continue;
  codes.add(code);
  refused++;
}
const together = await Promise.all(Array.from({ length: 20 }, () => create()));
for (const code of together) codes.add(code);
codes.delete('applied');
const readable = (await store.get('task-1'))?.id;

rmSync(ballast);
const startedAt = performance.now();
let after = await create();
while (after !== 'applied' && performance.now() - startedAt < 5_000) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  after = await create();
}
let lost = 0;
for (const id of answered) if ((await store.get(id)) === null) lost++;
const { pending } = await store.counts({});
await store.close();
console.log(
  JSON.stringify({ codes: [...codes], readable, after, lost, extra: pending - answered.length }),
);

async function create(): Promise<string> {
  const id = `task-${sequence + 1}`;
  try {
    const { outcome } = await store.create({
      task: aTask(id),
      idempotencyKey: null,
      operation: { writer: 'filler', sequence: ++sequence },
    });
    if (outcome === 'applied') answered.push(id);
    return outcome;
  } catch (error) {
    return isTaskMonitorError(error) ? error.code : String(error);
  }
}

function aTask(id: string): NewTask {
  return {
    id,
    type: 'ingest',
    name: null,
    command: [],
    metadata: { text: 'x'.repeat(8_000) },
    tags: [],
    createdAt: 500,
    parent: null,
    owner: null,
    driver: 'caller',
  };
}

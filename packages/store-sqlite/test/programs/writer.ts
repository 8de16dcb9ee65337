import { type NewTask, TaskMonitorError } from '@task-monitor/core';
import { SqliteStore } from '../../src/index.js';

/**
 * Makes `tasks` tasks and takes each through its life, `callers` at a time: four writes a task. Prints every write that was
 * answered, once it was.
 *
 * writer.mjs <path> <name> <tasks> <callers> [quiet]
 */
const [path = '', name = '', tasks = '', callers = '', quiet] = process.argv.slice(2);

const store = await SqliteStore.open({ path });
let sequence = 0;
let next = 0;

await Promise.all(
  Array.from({ length: Number(callers) }, async () => {
    while (next < Number(tasks)) await life(`${name}-${++next}`);
  }),
);
await store.close();
console.log('done');

async function life(id: string): Promise<void> {
  await write(`${id} registered`, () =>
    store.create({ task: aTask(id), idempotencyKey: null, operation: operation() }),
  );
  await write(`${id} started`, () =>
    store.transition(id, {
      from: ['pending'],
      owner: null,
      set: { status: 'running', startedAt: 1_000 },
      operation: operation(),
    }),
  );
  await write(`${id} progress`, () =>
    store.progress(id, {
      update: { message: 'embedding', current: 1, total: 2 },
      at: 1_500,
      owner: null,
      operation: operation(),
    }),
  );
  await write(`${id} completed`, () =>
    store.transition(id, {
      from: ['running'],
      owner: null,
      set: { status: 'completed', completedAt: 2_000, result: 'x'.repeat(500) },
      operation: operation(),
    }),
  );
}

async function write(
  what: string,
  call: () => Promise<{ readonly outcome: string }>,
): Promise<void> {
  const { outcome } = await call();
  if (outcome !== 'applied')
    throw new TaskMonitorError('INVALID_TRANSITION', `${what}: ${outcome}`);
  if (quiet === undefined) process.stdout.write(`${what}\n`);
}

function operation(): { writer: string; sequence: number } {
  return { writer: name, sequence: ++sequence };
}

function aTask(id: string): NewTask {
  return {
    id,
    type: 'ingest',
    name: null,
    command: [],
    metadata: { writer: name },
    tags: ['nightly'],
    createdAt: 500,
    parent: null,
    owner: null,
    driver: 'caller',
  };
}

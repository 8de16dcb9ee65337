import { TaskClient } from '../../src/index.js';
import { lineOf } from '../line-of.js';
import { write } from './write.js';

const client = new TaskClient('/tasks');

async function followTask(): Promise<void> {
  const watch = client.watch('task-1', { onState: ({ status }) => write('states', status) });
  for await (const event of watch) write('task', lineOf(event));
  write('task', 'over');
}

async function followAll(): Promise<void> {
  for await (const event of client.watch({ type: 'ingest' })) write('all', lineOf(event));
}

async function askOnce(): Promise<void> {
  const { total_tasks } = await client.stats();
  write('stats', `${total_tasks} tasks`);
  write('stats', await client.task('no-such-1').catch((error: { code: string }) => error.code));
}

for (const [id, run] of [
  ['task', followTask],
  ['all', followAll],
  ['stats', askOnce],
] as const)
  run().catch((error: unknown) => write(id, String(error)));

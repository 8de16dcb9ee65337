import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres } from './postgres.js';
import { Program } from './program.js';

interface WireTask {
  readonly task_id: string;
  readonly status: string;
  readonly progress: string | null;
  readonly error_message: string | null;
  readonly metadata: { readonly worker: string };
}

/** Two API processes and three workers on a PostgreSQL of their own; checks what each sees of the others. */
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const postgres = await startPostgres();
const env = { DATABASE_URL: postgres.url, PORT: '0' };
const apis = [new Program('index', [], env), new Program('index', [], env)];
const ada = new Program('ingest-worker', ['ada', '40', '40', '40'], env);
// These first tasks would take a minute and more: they are there to be ended.
const bela = new Program('ingest-worker', ['bela', '900', '40', '40'], env);
const cleo = new Program('ingest-worker', ['cleo', '900', '40'], env);
try {
  const [first, second] = (await Promise.all(apis.map(addressOf))) as [string, string];

  const [, belas, cleos] = (await Promise.all(
    ['ada', 'bela', 'cleo'].map((worker) => runningTaskOf(first, worker)),
  )) as [WireTask, WireTask, WireTask];
  await until('the other API shows them, too', async () => {
    const ids = (await tasksAt(second, 'running')).map(({ task_id: id }) => id);
    return ids.includes(belas.task_id) && ids.includes(cleos.task_id);
  });
  console.log('both APIs show a running task of each worker');

  const seen = segmentsOf(await taskAt(first, cleos.task_id));
  await until('progress goes on', async () => {
    const task = await taskAt(second, cleos.task_id);
    return task.status === 'running' && segmentsOf(task) > seen;
  });
  console.log('progress seen at one API goes on at the other, while the task runs');

  const answer = await fetch(`${second}/ingest/${belas.task_id}/cancel`, { method: 'POST' });
  console.log(`cancel of bela's task at the second API: ${answer.status}`);
  await until('bela stops its task', () =>
    Promise.resolve(bela.lines.includes(`cancelled ${belas.task_id}`)),
  );
  await atBoth('cancelled', belas.task_id);
  console.log('bela stopped its task, and both APIs show it as cancelled');

  cleo.kill('SIGKILL');
  console.log(`cleo ended by ${await cleo.ended}`);
  const killedAt = performance.now();
  await atBoth('failed', cleos.task_id);
  const seconds = ((performance.now() - killedAt) / 1000).toFixed(1);
  console.log(`both APIs show its task as failed, ${seconds} s later`);
  console.log((await taskAt(second, cleos.task_id)).error_message);

  console.log(`ada ended with ${await ada.ended}, bela with ${await bela.ended}`);
  await until('both APIs show the same tasks and counts', async () => {
    const [one, other] = await Promise.all([first, second].map(everythingAt));
    return isDeepStrictEqual(one, other);
  });
  console.log('both APIs show the same tasks and counts');
  console.log(JSON.stringify((await everythingAt(first)).stats, null, 2));

  for (const api of apis) api.kill('SIGTERM');
  console.log(`the APIs ended with ${(await Promise.all(apis.map(({ ended }) => ended))).join()}`);
} finally {
  // Whatever is left of it, if something went wrong; the exit of this process ends it for sure.
  for (const program of [...apis, ada, bela, cleo]) program.kill('SIGKILL');
  await postgres.stop();
}

async function addressOf(api: Program): Promise<string> {
  let url: string | undefined;
  await until('the API listens', async () => {
    url = api.lines.map((line) => /http:\S+/.exec(line)?.[0]).find(Boolean);
    return url !== undefined;
  });
  return url as string;
}

/** Of the one task that a worker runs at a time, once it has told how far it is. */
async function runningTaskOf(api: string, worker: string): Promise<WireTask> {
  let task: WireTask | undefined;
  await until(`${worker} runs a task`, async () => {
    task = (await tasksAt(api, 'running')).find(({ metadata }) => metadata.worker === worker);
    return task?.progress?.includes('segments') === true;
  });
  return task as WireTask;
}

async function atBoth(status: string, id: string): Promise<void> {
  for (const api of await Promise.all(apis.map(addressOf)))
    await until(`${api} shows ${id} as ${status}`, async () => {
      return (await taskAt(api, id)).status === status;
    });
}

/** Asks again until it is so, for the 45 s that a lost process may take to be found, and a little more. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 50_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not within 50 s: ${what}.`);
    await delay(50);
  }
}

/** `embed: 12/900 segments (1%)` → 12 */
function segmentsOf({ progress }: WireTask): number {
  return Number(/(\d+)\//.exec(progress ?? '')?.[1]);
}

async function everythingAt(api: string): Promise<{ readonly tasks: unknown; stats: unknown }> {
  return { tasks: await tasksAt(api, 'all'), stats: await read(`${api}/tasks/stats`) };
}

async function tasksAt(api: string, which: 'all' | 'running'): Promise<readonly WireTask[]> {
  const { tasks } = (await read(`${api}/tasks/${which}`)) as { readonly tasks: WireTask[] };
  return tasks;
}

async function taskAt(api: string, id: string): Promise<WireTask> {
  return (await read(`${api}/tasks/${id}`)) as WireTask;
}

async function read(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}.`);
  return response.json();
}

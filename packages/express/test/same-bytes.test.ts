import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskMonitor } from '@task-monitor/core';
import type { Client } from './client.js';
import {
  completeIngest,
  documentedMonitor,
  documentedStatistics,
  INGEST_ID,
  pendingTemporal,
  runningIngest,
} from './documented-tasks.js';
import { rewritingProxy } from './rewriting-proxy.js';
import { clientOf, EXPRESS, listen, plainApp } from './served.js';

const READS = [
  '/stats',
  '/running',
  '/pending',
  '/all',
  '/all?limit=3',
  '/all?limit=3&include_completed=False',
  '/all?limit=3&limit=3',
  '/all?limit[$gt]=3&include_completed=1',
  '/all?limit=abc&include_completed=maybe',
  '/all?cursor=4&limit=2',
  '/all?status=failed,pending&view=full&limit=2',
  '/all?type=&view=wide&status=done',
  '/completed?limit=2',
  '/failed?view=full',
  '/cancelled',
  '/count',
  '/count/running',
  '/count/pending',
  '/count/completed',
  '/count/failed',
  '/count/cancelled',
  `/${INGEST_ID}`,
  `/${INGEST_ID}?view=full`,
  `/${INGEST_ID}/output`,
  `/${INGEST_ID}/output?after=-1`,
  '/task-11',
  '/task-99',
  '/Stats',
  '/stats/',
  '//stats',
  '/counts',
  '/a/b/c',
  '/%E0%A4%A',
  '/..%2fstats',
  '/__proto__',
  '/cleanup',
  '/openapi.json',
  '/ui',
  '/ui/',
  '/ui/app.js',
];
const CHANGES = ['/cleanup?days=x', '/cleanup?days=0', '/cleanup', '/stats', '/task-1'];
const ON_EVERY_ANSWER = [
  'allow',
  'cache-control',
  'content-length',
  'content-type',
  'content-security-policy',
  'cross-origin-resource-policy',
  'link',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
];

async function tasks(): Promise<TaskMonitor> {
  const { monitor, clock } = documentedMonitor();
  await runningIngest(monitor, clock);
  await completeIngest(monitor, clock);
  await pendingTemporal(monitor, clock);
  await documentedStatistics(monitor);
  return monitor;
}

/** Everything that one server answers, with what of the headers is ours. */
async function transcript(client: Client): Promise<string[]> {
  const said: string[] = [];
  const ask = async (method: string, path: string): Promise<void> => {
    const { status, headers, body } = await client.ask(method, path);
    const ours = ON_EVERY_ANSWER.map((name) => `${name}: ${String(headers[name])}`);
    // Every monitor has ids of its own, all of one length.
    const common = body.replace(/"(id|monitor)":"[0-9a-f-]{36}"/g, '"$1":"…"');
    said.push(`${method} ${path} → ${status}\n${ours.join('\n')}\n\n${common}`);
  };
  for (const path of READS) for (const method of ['GET', 'HEAD']) await ask(method, path);
  for (const method of ['OPTIONS', 'POST', 'PUT']) await ask(method, '/all');
  for (const path of CHANGES) await ask('DELETE', path);
  await ask('GET', '/all');
  return said;
}

let expected: readonly string[];
beforeAll(async () => {
  expected = await transcript(await clientOf(plainApp(await tasks())));
});

describe.each(Object.entries(EXPRESS))('%s answers the same bytes as node:http', (_, makeApp) => {
  it.each(['/', '/tasks', '/a/b'])('at %s, whatever the query parser', async (path) => {
    for (const queryParser of ['extended', 'simple'] as const) {
      const app = makeApp([{ path, monitor: await tasks() }], { queryParser });
      const client = await clientOf(app, path === '/' ? '' : path);
      expect(await transcript(client)).toEqual(expected);
    }
  });

  it('behind express.json()', async () => {
    const app = makeApp([{ path: '/tasks', monitor: await tasks() }], { parseJson: true });
    expect(await transcript(await clientOf(app, '/tasks'))).toEqual(expected);
  });

  it('behind a proxy that rewrites paths', async () => {
    const port = await listen(makeApp([{ path: '/tasks', monitor: await tasks() }]));
    const client = await clientOf(rewritingProxy('/public/api', port, '/tasks'), '/public/api');
    expect(await transcript(client)).toEqual(expected);
  });

  it('mounted twice, each with tasks of its own', async () => {
    const [first, second] = [await tasks(), await tasks()];
    await second.register({ id: 'only-in-2' });
    const app = makeApp([
      { path: '/tasks', monitor: first },
      { path: '/other/tasks', monitor: second },
    ]);
    const client = await clientOf(app, '', ['/tasks', '/other/tasks']);
    expect((await client.get('/other/tasks/only-in-2')).status).toBe(200);
    expect((await client.get('/tasks/only-in-2')).status).toBe(404);
    await client.delete('/other/tasks/cleanup?days=0');
    expect(await transcript(await clientOf(app, '/tasks'))).toEqual(expected);
  });
});

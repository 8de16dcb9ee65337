import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { TaskRouterOptions } from '../src/index.js';
import { Client } from './client.js';
import { listen, VERSIONS } from './served.js';

/** Of each of four servers. For 100,000 in all: `FUZZ_REQUESTS=25000`. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2_500);

/** Numbers from 0 to below 1 that are the same in every run (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const WORDS =
  'stats running pending completed failed cancelled all cleanup count red-1 blue-1 output events cancel openapi.json ' +
  'limit days include_completed cursor view full status type tag parent q after wait last_event_id true 0 1 50 -1 1e9 ' +
  'status:failed -type:x meta.a:>2 created:<2h "two words" end. ' +
  '__proto__ ' +
  'constructor prototype hasOwnProperty toString [$gt] [] {} [x] = & ? # ; : @ ! * + , ~ | \\ " \' < > ^ ` / // .. . ' +
  '%00 %2f %2e %5c %0d%0a %25 %E0%A4%A %FF %ED%A0%80 %C0%AF %F0%9F%92%A9 é ÿ null NaN tasks {task_id} :id ${7*7} ' +
  "<script> ' OR 1=1-- ../../etc/passwd http://evil.example";
const METHODS = [
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'OPTIONS',
  'DELETE',
  'POST',
  'PUT',
  'PATCH',
  'TRACE',
];
const HEADERS = [
  'Host',
  'Origin',
  'Sec-Fetch-Site',
  'Accept',
  'Cookie',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'Range',
  'X-Forwarded-For',
  'X-Original-URL',
  'X-HTTP-Method-Override',
  'Content-Type',
  '__proto__',
];

const BODIES = [
  '',
  '{}',
  '{"reason":"a"}',
  '{"reason":',
  '[]',
  'null',
  '{"reason":{"a":[1]}}',
  '{"__proto__":{"x":1}}',
];

/** What belongs to the other tenant, and so may be in no answer. */
const CANARY = 'canary-7f3a';

/** All finished, so that nobody has to wait for one. */
async function twoTenants(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor();
  for (const tenant of ['red', 'blue']) {
    const text = tenant === 'blue' ? CANARY : 'red text';
    const id = `${tenant}-1`;
    await monitor.register({ id, name: text, tags: [tenant, text], metadata: { [text]: text } });
    await monitor.start(id);
    await monitor.progress(id, text);
    await monitor.log(id, text);
    await monitor.fail(id, new Error(text));
  }
  return monitor;
}

describe.each(VERSIONS)('%s under random requests for each query parser', (_, makeApp) => {
  it.each(['extended', 'simple'] as const)(
    'never fails and leaves Object.prototype alone, query parser %s',
    async (queryParser) => {
      const random = seeded(queryParser === 'simple' ? 20_260_101 : 8_191);
      const below = (limit: number): number => Math.floor(random() * limit);
      const words = WORDS.split(' ');
      const text = (most: number): string =>
        Array.from({ length: below(most) }, () => words[below(words.length)]).join('');
      const query = (): string =>
        Array.from({ length: below(4) }, () => `${text(4)}=${text(4)}`).join('&');

      const monitor = await twoTenants();
      const errors: unknown[] = [];
      const options: TaskRouterOptions = {
        authorize: (_req, { action }) => action !== 'cleanup' && { filter: { tag: 'red' } },
        onError: (error) => errors.push(error),
      };
      const port = await listen(makeApp([{ path: '/tasks', monitor, options }], { queryParser }));
      const client = new Client(port, '', ['/tasks']);
      const prototype = Object.getOwnPropertyNames(Object.prototype);

      const ask = async (): Promise<void> => {
        const mark = below(2) === 0 ? '' : `?${query()}`;
        const path = `/tasks/${text(5)}${mark}`;
        const method = METHODS[below(METHODS.length)] as string;
        const headers = Object.fromEntries(
          Array.from({ length: below(3) }, () => [HEADERS[below(HEADERS.length)], text(4)]),
        ) as Record<string, string>;
        const body = method === 'POST' ? BODIES[below(BODIES.length)] : '';
        const question = { headers, leaveStreams: true, ...(body && { body }) };
        const reply = await client.ask(method, path, question);
        const { status } = reply;
        if (status >= 500 || status < 200) errors.push(`${method} ${path} → ${status}`);
        const isTold = `${JSON.stringify(reply.headers)}${reply.body}`.includes(CANARY);
        if (isTold) errors.push(`${method} ${path} → ${reply.body}`);
      };
      for (let sent = 0; sent < REQUESTS; sent += 50) {
        await Promise.all(Array.from({ length: 50 }, ask));
      }
      client.close();
      expect(errors).toEqual([]);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      expect(await monitor.count()).toBe(2);
      expect((await monitor.get('blue-1')).status).toBe('failed');
    },
    Math.max(120_000, REQUESTS * 20),
  );
});

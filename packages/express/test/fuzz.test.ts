import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { Client } from './client.js';
import { listen, VERSIONS } from './served.js';

const REQUESTS = 2_500;

/** Numbers from 0 to below 1 that are the same in every run (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const WORDS =
  'stats running pending all cleanup count task-1 limit days include_completed cursor true 0 1 50 -1 1e9 __proto__ ' +
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
  'Range',
  'X-Forwarded-For',
  'X-Original-URL',
  'X-HTTP-Method-Override',
  'Content-Type',
  '__proto__',
];

describe.each(VERSIONS)('%s under 2,500 random requests for each query parser', (_, makeApp) => {
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

      const monitor = new TaskMonitor();
      await monitor.register({ id: 'task-1' });
      const errors: unknown[] = [];
      const options = { onError: (error: unknown) => errors.push(error) };
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
        const { status } = await client.ask(method, path, { headers });
        if (status >= 500 || status < 200) errors.push(`${method} ${path} → ${status}`);
      };
      for (let sent = 0; sent < REQUESTS; sent += 50) {
        await Promise.all(Array.from({ length: 50 }, ask));
      }
      client.close();
      expect(errors).toEqual([]);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      expect(await monitor.count()).toBe(1);
    },
  );
});

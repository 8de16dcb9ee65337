import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { WireProblem, WireTaskList } from '@task-monitor/http';
import type { Client } from './client.js';
import { clientOf, serve, VERSIONS } from './served.js';

async function twoTasks(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor();
  await monitor.register({ id: 'task-1' });
  await monitor.cancel('task-1');
  await monitor.register({ id: 'task-2' });
  return monitor;
}

async function tasksAt(client: Client, path: string): Promise<number> {
  const reply = await client.get(path);
  expect(reply.status).toBe(200);
  return reply.json<WireTaskList>().tasks.length;
}

const GOOD_BOOLEANS: readonly (readonly [boolean, readonly string[]])[] = [
  [true, ['true', 'True', 'TRUE', '1', 'yes', 'Yes', 'on', 'ON', '%74rue']],
  [false, ['false', 'False', 'FALSE', '0', 'no', 'NO', 'off', 'Off', 'fals%65']],
];

const BAD_BOOLEANS =
  ' ,+,t,f,y,n,2,-1,01,null,undefined,truee,%20true,true%20,true%00,true%0A,"true",[],{},oﬀ,ｔｒｕｅ,%EF%BD%94';

const BAD_INTEGERS =
  ',1e9,1e1,-1,0,abc,NaN,Infinity,+5,5.0,5.,.5,%205,5%20,5%0A,%005,0x10,0b1,1_000,1%2C000,5n,1001,' +
  '99999999999999999999,%D9%A5,%EF%BC%95,%E2%82%85,[],{},[5],true,null,%2B5,5;6';

describe.each(VERSIONS)('parameters: %s', (_, makeApp) => {
  it('take booleans in every documented form', async () => {
    const client = await serve(makeApp, await twoTasks());
    for (const [value, forms] of GOOD_BOOLEANS) {
      for (const form of forms) {
        expect(await tasksAt(client, `/all?include_completed=${form}`)).toBe(value ? 2 : 1);
      }
    }
  });

  it('refuse every other boolean', async () => {
    const client = await serve(makeApp, await twoTasks());
    for (const form of ['', ...BAD_BOOLEANS.split(',')]) {
      const query = `include_completed=${encodeNonAscii(form)}`;
      const reply = await client.get(`/all?${query}`);
      expect([query, reply.status]).toEqual([query, 400]);
      expect(reply.json<WireProblem>().errors?.[0]?.parameter).toBe('include_completed');
    }
    expect((await client.get('/all?include_completed')).status).toBe(400);
  });

  it('take integers in decimal digits', async () => {
    const client = await serve(makeApp, await twoTasks());
    for (const form of ['1', '01', '%31', '0000000001']) {
      expect(await tasksAt(client, `/all?limit=${form}`)).toBe(1);
    }
    for (const form of ['2', '50', '999', '1000']) {
      expect(await tasksAt(client, `/all?limit=${form}`)).toBe(2);
    }
  });

  it('refuse every other integer', async () => {
    const client = await serve(makeApp, await twoTasks());
    for (const form of BAD_INTEGERS.split(',')) {
      const limit = await client.get(`/all?limit=${form}`);
      expect([form, limit.status]).toEqual([form, 400]);
      expect(limit.json<WireProblem>().errors?.[0]?.parameter).toBe('limit');
      if (form === '0' || form === '1001') continue;
      expect([form, (await client.delete(`/cleanup?days=${form}`)).status]).toEqual([form, 400]);
    }
  });

  it.each(['limit=5&limit=5', 'limit=5&limit=6', 'limit=5&%6Cimit=5', 'limit=5&a=b&limit='])(
    'refuse a parameter that is given twice: %s',
    async (query) => {
      const reply = await (await serve(makeApp, await twoTasks())).get(`/all?${query}`);
      expect(reply.status).toBe(400);
      expect(reply.json<WireProblem>().errors?.[0]?.parameter).toBe('limit');
    },
  );

  it.each(['limit=%', 'limit=%E0%A4%A', 'limit=5%', 'limit=%zz', 'include_completed=%C0%AE'])(
    'refuse malformed percent-encoding: %s',
    async (query) => {
      const reply = await (await serve(makeApp, await twoTasks())).get(`/all?${query}`);
      expect(reply.status).toBe(400);
      expect(reply.json<WireProblem>().errors).toHaveLength(1);
    },
  );

  it.each(['-1', '0', 'abc', '1.5', '', '9999999999999999', '%00', '1;2', '[]', '1&cursor=2'])(
    'refuse a cursor that is none: %s',
    async (cursor) => {
      const reply = await (await serve(makeApp, await twoTasks())).get(`/all?cursor=${cursor}`);
      expect(reply.status).toBe(400);
      expect(reply.json<WireProblem>().errors?.[0]?.parameter).toBe('cursor');
    },
  );

  it.each([
    'unknown=1',
    'LIMIT=0',
    'limit[$gt]=0',
    'limit%5B%24gt%5D=0',
    'limit[]=1e9',
    'limit.x=1',
    '__proto__[limit]=1',
    '__proto__=1&constructor[prototype][limit]=1',
    'hasOwnProperty=1',
    '=1',
    '&&&',
    '?limit=1',
    'a=b=c&d',
  ])('ignore what they do not know: %s', async (query) => {
    for (const queryParser of ['extended', 'simple'] as const) {
      const monitor = await twoTasks();
      const app = makeApp([{ path: '/tasks', monitor }], { queryParser });
      expect(await tasksAt(await clientOf(app, '/tasks'), `/all?${query}`)).toBe(2);
      expect(await tasksAt(await clientOf(app, '/tasks'), `/all?${query}&limit=1`)).toBe(1);
    }
  });

  it('are only checked where they are known', async () => {
    const client = await serve(makeApp, await twoTasks());
    for (const path of ['/stats?limit=x', '/task-1?days=x', '/count/running?include_completed=x']) {
      expect((await client.get(path)).status).toBe(200);
    }
  });

  it('say what is wrong and how to mend it, for each at once', async () => {
    const client = await serve(makeApp, await twoTasks());
    const reply = await client.get('/all?include_completed=maybe&limit=abc');
    expect(reply.status).toBe(400);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = reply.json<WireProblem>();
    expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'detail', 'code', 'errors']);
    expect(problem).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'INVALID_INPUT',
    });
    const details = new Map(problem.errors?.map((error) => [error.parameter, error.detail]));
    expect([...details.keys()].sort()).toEqual(['include_completed', 'limit']);
    expect(details.get('limit')).toMatch(/integer from 1 to 1000.*"abc"/);
    expect(details.get('include_completed')).toMatch(/true or false.*"maybe"/);
    for (const detail of details.values()) expect(problem.detail).toContain(detail);
  });

  it('show a long value cut short', async () => {
    const client = await serve(makeApp, await twoTasks());
    const { status, body } = await client.get(`/all?limit=${'9'.repeat(8_000)}`);
    expect(status).toBe(400);
    expect(body.length).toBeLessThan(1_000);
  });
});

/** As every client sends it; the rest stays as it is. */
function encodeNonAscii(text: string): string {
  return text.replaceAll(/[^!-~]/gu, (character) => encodeURIComponent(character));
}

import { describe, expect, it } from '@jest/globals';
import { MemoryStore, TaskMonitor, TaskMonitorError, type TaskStore } from '@task-monitor/core';
import { FaultStore, type StoreMethod } from '@task-monitor/core/testing';
import type { WireProblem } from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';
import { serve, VERSIONS } from './served.js';

const ROUTES: readonly (readonly [string, string])[] = [
  ['GET', '/stats'],
  ['GET', '/running'],
  ['GET', '/pending'],
  ['GET', '/all'],
  ['GET', '/count/running'],
  ['GET', '/task-1'],
  ['DELETE', '/cleanup'],
];
const READ_BY: readonly StoreMethod[] = ['get', 'list', 'counts', 'prune'];

const CANARIES = [
  'connect ECONNREFUSED postgres://admin:hunter2@db.internal:5432/tasks',
  'SELECT * FROM tasks WHERE id = $1 -- syntax error at or near "FROM"',
  "ENOENT: no such file or directory, open '/srv/secrets/tasks.db'",
];
const LEAK =
  /hunter2|db\.internal|SELECT|secrets|ENOENT|ECONNREFUSED|\.[jt]s:\d|node_modules|stack/;

/** A memory store of which every read throws `error`. */
function throwing(error: unknown): TaskStore {
  return new Proxy(new MemoryStore(), {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!READ_BY.includes(name as StoreMethod)) return value.bind(target) as unknown;
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- anything can be thrown
      return () => Promise.reject(error);
    },
  });
}

function collecting(): { told: [unknown, string][]; options: TaskRouterOptions } {
  const told: [unknown, string][] = [];
  return { told, options: { onError: (error, where) => told.push([error, where]) } };
}

describe.each(VERSIONS)('a store that fails: %s', (_, makeApp) => {
  const errors = [
    ...CANARIES.map((message) => new Error(message)),
    Object.assign(new TypeError(CANARIES[0]), { status: 200, statusCode: 200, expose: true }),
    new TaskMonitorError('STORE_CORRUPT', CANARIES[1] as string),
    new TaskMonitorError('INVALID_OPTIONS', CANARIES[2] as string),
    CANARIES[0],
    null,
    undefined,
  ];
  it.each(errors.map((error) => [String(error), error] as const))(
    'with "%s" is a 500 that tells a request id alone',
    async (_name, error) => {
      const { told, options } = collecting();
      const client = await serve(
        makeApp,
        new TaskMonitor({ retention: false, store: throwing(error) }),
        options,
      );
      for (const [method, path] of ROUTES) {
        told.length = 0;
        const reply = await client.ask(method, path);
        expect([path, reply.status]).toEqual([path, 500]);
        expect(reply.body + JSON.stringify(reply.headers)).not.toMatch(LEAK);
        const { request_id: id, ...rest } = reply.json<WireProblem>();
        expect(Object.keys(rest)).toEqual(['type', 'title', 'status', 'detail', 'code']);
        expect(id).toMatch(/^[0-9a-f-]{36}$/);
        expect(told).toHaveLength(1);
        expect(told[0]?.[1]).toContain(id);
        if (error instanceof Error) expect(told[0]?.[0]).toBe(error);
      }
    },
  );

  it('says the same whatever NODE_ENV is', async () => {
    const { NODE_ENV } = process.env;
    try {
      for (const environment of ['production', 'development', 'test']) {
        process.env['NODE_ENV'] = environment;
        const monitor = new TaskMonitor({
          retention: false,
          store: throwing(new Error(CANARIES[0])),
        });
        const client = await serve(makeApp, monitor, { onError: () => {} });
        const { status, body } = await client.get('/stats');
        expect(status).toBe(500);
        expect(body).not.toMatch(LEAK);
      }
    } finally {
      process.env['NODE_ENV'] = NODE_ENV;
    }
  });

  it('is a 500 also when onError fails', async () => {
    const client = await serve(
      makeApp,
      new TaskMonitor({ retention: false, store: throwing(new Error('x')) }),
      {
        onError: () => {
          throw new Error('The log is full.');
        },
      },
    );
    expect((await client.get('/stats')).status).toBe(500);
  });

  it.each(['failBefore', 'hang', 'throwSync'] as const)(
    'to answer (%s) is a 503 that says when to try again',
    async (fault) => {
      const store = new FaultStore(new MemoryStore());
      for (const method of READ_BY) store.set(method, fault);
      const options = { requestTimeoutMs: fault === 'hang' ? 20 : 5_000, onError: () => {} };
      const client = await serve(makeApp, new TaskMonitor({ retention: false, store }), options);
      const replies = await Promise.all(ROUTES.map(([method, path]) => client.ask(method, path)));
      for (const reply of replies) {
        expect(reply.status).toBe(503);
        expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
        expect(reply.json<WireProblem>()).toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
        expect(reply.body).not.toContain(fault);
      }
      for (const method of READ_BY) store.set(method, 'ok');
      expect((await client.get('/stats')).status).toBe(200);
    },
  );

  it('is told of by a warning of the process by default', async () => {
    const warnings: unknown[] = [];
    const emitWarning = process.emitWarning.bind(process);
    process.emitWarning = (warning: string | Error) => void warnings.push(warning);
    try {
      const monitor = new TaskMonitor({
        retention: false,
        store: throwing(new Error('The disk is full.')),
      });
      const { body } = await (await serve(makeApp, monitor)).get('/stats');
      const { request_id: id } = JSON.parse(body) as WireProblem;
      expect(warnings).toHaveLength(1);
      expect(String(warnings[0])).toContain(id);
      expect(String(warnings[0])).toContain('The disk is full.');
    } finally {
      process.emitWarning = emitWarning;
    }
  });
});

describe.each(VERSIONS)('a monitor that was closed: %s', (_, makeApp) => {
  it('is a 503 on every route', async () => {
    const monitor = new TaskMonitor();
    await monitor.close();
    const client = await serve(makeApp, monitor, { onError: () => {} });
    for (const [method, path] of ROUTES) {
      const reply = await client.ask(method, path);
      expect([path, reply.status]).toEqual([path, 503]);
      expect(reply.headers['retry-after']).toBeDefined();
      expect(reply.json<WireProblem>().code).toBe('MONITOR_CLOSED');
    }
  });
});

import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { taskRouter, type TaskRouterOptions } from '@task-monitor/express';
import { createTaskHandler } from '@task-monitor/http';
import compression from 'compression';
import express5 from 'express';
import express4 from 'express4';
import { checkAnswer } from '../../http/test/declared-answer.js';
import { dashboard } from '../src/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

type Headers = Readonly<Record<string, string>>;

/** A host that serves the page at `at`, below which the router is mounted. */
export interface Host {
  readonly at: string;
  readonly listener: (options?: TaskRouterOptions) => RequestListener | Promise<RequestListener>;
}

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

function aMonitor(): TaskMonitor {
  const monitor = new TaskMonitor();
  opened.push(() => monitor.close());
  return monitor;
}

function router(options: TaskRouterOptions = {}): ReturnType<typeof taskRouter> {
  return taskRouter(aMonitor(), { dashboard, ...options });
}

function behindProxy(from: string, port: number, to: string): RequestListener {
  return (req, res) => {
    const { method = 'GET', headers } = req;
    const path = to + (req.url ?? '').slice(from.length);
    const passedOn = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    passedOn.once('error', () => res.destroy());
    req.pipe(passedOn);
  };
}

export const HOSTS: Readonly<Record<string, Host>> = {
  'node:http': {
    at: '',
    listener: (options) => {
      const handle = createTaskHandler(aMonitor(), { dashboard, ...options });
      return (req, res) => void handle(req, res, req.url ?? '/');
    },
  },
  'Express 4 at /tasks': {
    at: '/tasks',
    listener: (options) => express4().use('/tasks', router(options)),
  },
  'Express 5 at /tasks': {
    at: '/tasks',
    listener: (options) => express5().use('/tasks', router(options)),
  },
  'Express 4 at the root': { at: '', listener: (options) => express4().use('/', router(options)) },
  'Express 5 at the root': { at: '', listener: (options) => express5().use('/', router(options)) },
  'Express 5, mounted twice': {
    at: '/b/tasks',
    listener: (options) => express5().use('/tasks', router()).use('/b/tasks', router(options)),
  },
  'Express 5 behind a proxy that rewrites paths': {
    at: '/public/api',
    listener: async (options) => {
      const app = express5().use('/tasks', router(options));
      return behindProxy('/public/api', await listen(app), '/tasks');
    },
  },
  'Express 5 behind the compression middleware': {
    at: '/tasks',
    listener: (options) =>
      express5()
        .use(compression({ threshold: 0 }))
        .use('/tasks', router(options)),
  },
};

async function listen(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener);
  // It ends no connection just as a client uses that again.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A host that has a policy of its own for everything that it answers, as Helmet sets one. */
export const WITH_POLICY: Host = {
  at: '/tasks',
  listener: () =>
    express5()
      .use((_req, res, next) => {
        res.setHeader('Content-Security-Policy', "script-src 'none'");
        next();
      })
      .use('/tasks', router()),
};

export interface Served {
  readonly port: number;
  /** Asks for a path below the mount. */
  readonly ask: (method: string, path: string, headers?: Headers) => Promise<Answer>;
  readonly get: (path: string, headers?: Headers) => Promise<Answer>;
}

/** The host on a free port of 127.0.0.1 until the test ends. What is wrong with an answer rejects. */
export async function serve({ at, listener }: Host, options?: TaskRouterOptions): Promise<Served> {
  const port = await listen(await listener(options));
  const agent = new Agent({ keepAlive: true });
  opened.push(() => agent.destroy());
  const ask: Served['ask'] = async (method, path, headers = {}) => {
    const to = { host: '127.0.0.1', port, agent, method, path: at + path, headers };
    const [res] = (await once(request(to).end(), 'response')) as [IncomingMessage];
    const bytes = await buffer(res);
    const answer = { status: res.statusCode ?? 0, headers: res.headers };
    const text = res.headers['content-encoding'] === undefined ? bytes.toString() : '';
    checkAnswer({ ...answer, method, path, body: text });
    return { ...answer, bytes, text };
  };
  return { port, ask, get: (path, headers) => ask('GET', path, headers) };
}

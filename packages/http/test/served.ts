import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler, type TaskHandlerOptions } from '../src/index.js';
import { checkAnswer } from './declared-answer.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

export interface Served {
  readonly port: number;
  readonly ask: (method: string, path: string, headers?: Headers) => Promise<Answer>;
  readonly get: (path: string, headers?: Headers) => Promise<Answer>;
}

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/**
 * The handler on a free port of 127.0.0.1, at the root, until the test ends. An answer that the OpenAPI document does not
 * have rejects.
 */
export async function serve(monitor: TaskMonitor, options?: TaskHandlerOptions): Promise<Served> {
  const handle = createTaskHandler(monitor, options);
  const server = createServer((req, res) => void handle(req, res, req.url ?? '/'));
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask: Served['ask'] = async (method, path, headers = {}) => {
    const req = request({ host: '127.0.0.1', port, method, path, headers, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const answer = { status: res.statusCode ?? 0, headers: res.headers, body: await text(res) };
    checkAnswer({ method, path, ...answer });
    return answer;
  };
  return { port, ask, get: (path, headers) => ask('GET', path, headers) };
}

/** The body of an answer, parsed. */
export async function bodyOf<T>(answer: Promise<Answer>): Promise<T> {
  return JSON.parse((await answer).body) as T;
}

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import type { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler } from '@task-monitor/http';
import express5 from 'express';
import express4 from 'express4';
import { type TaskRouterOptions, taskRouter } from '../src/index.js';
import { Client } from './client.js';

export interface Mount {
  readonly path: string;
  readonly monitor: TaskMonitor;
  readonly options?: TaskRouterOptions | undefined;
}

export interface AppSettings {
  readonly queryParser?: 'extended' | 'simple';
  /** Whether `express.json()` goes first. */
  readonly parseJson?: boolean;
  /** A path that is closed to everyone by a middleware in front of the routers. */
  readonly guarded?: string;
  /** Whether Express believes what proxies say of the caller. */
  readonly trustProxy?: boolean;
}

/** An application with the router mounted in it, of one version of Express. */
export type MakeApp = (mounts: readonly Mount[], settings?: AppSettings) => RequestListener;

export const EXPRESS: Readonly<Record<'Express 4' | 'Express 5', MakeApp>> = {
  'Express 4': (mounts, { queryParser, parseJson = false, guarded, trustProxy } = {}) => {
    const app = express4();
    if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
    if (queryParser !== undefined) app.set('query parser', queryParser);
    if (parseJson) app.use(express4.json());
    if (guarded !== undefined) app.use(guarded, (_req, res) => void res.sendStatus(401));
    for (const { path, monitor, options } of mounts) app.use(path, taskRouter(monitor, options));
    return app;
  },
  'Express 5': (mounts, { queryParser, parseJson = false, guarded, trustProxy } = {}) => {
    const app = express5();
    if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
    if (queryParser !== undefined) app.set('query parser', queryParser);
    if (parseJson) app.use(express5.json());
    if (guarded !== undefined) app.use(guarded, (_req, res) => void res.sendStatus(401));
    for (const { path, monitor, options } of mounts) app.use(path, taskRouter(monitor, options));
    return app;
  },
};

/** For `describe.each`. */
export const VERSIONS = Object.entries(EXPRESS);

/** The same API without Express. */
export function plainApp(monitor: TaskMonitor, options?: TaskRouterOptions): RequestListener {
  const handle = createTaskHandler(monitor, options);
  return (req, res) => void handle(req, res, req.url ?? '/');
}

const opened = new Set<() => void>();
afterEach(() => {
  for (const close of opened) close();
  opened.clear();
});

/** Serves on a free port of 127.0.0.1 until the test ends. */
export async function listen(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // It ends no connection just as a client uses that again.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.add(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A client of a server that is there until the test ends. `mounts`: where the API is. Default: at `base`. */
export async function clientOf(
  listener: RequestListener,
  base = '',
  mounts: readonly string[] = [base],
): Promise<Client> {
  const client = new Client(await listen(listener), base, mounts);
  opened.add(() => client.close());
  return client;
}

/** A client of the router, mounted at `/tasks`. */
export function serve(
  makeApp: MakeApp,
  monitor: TaskMonitor,
  options?: TaskRouterOptions,
): Promise<Client> {
  return clientOf(makeApp([{ path: '/tasks', monitor, options }]), '/tasks');
}

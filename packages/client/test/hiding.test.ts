import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import express, { type RequestHandler } from 'express';
import { TaskClient, type TaskClientOptions, type WatchState } from '../src/index.js';
import { HideablePage } from './hidden-page.js';
import { lineOf } from './line-of.js';
import { appOf, baseUrl, closeLater, TestServer } from './task-server.js';

async function served(
  options: TaskClientOptions = {},
  between: RequestHandler = (_req, _res, next) => next(),
) {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  await monitor.register({ id: 'task-1' });
  const server = await TestServer.start(express().use(between).use(appOf(monitor)));
  const client = new TaskClient(baseUrl(server.port), { maxRetryMs: 5, hiddenMs: 1, ...options });
  const states = new States();
  const stop = new AbortController();
  closeLater(() => stop.abort());
  return { monitor, server, client, states, watching: { ...states.options, signal: stop.signal } };
}

class States {
  readonly seen: string[] = [];
  #wake = (): void => {};
  readonly options = {
    onState: ({ status }: WatchState): void => {
      this.seen.push(status);
      this.#wake();
    },
  };

  async until(status: WatchState['status']): Promise<void> {
    while (this.seen.at(-1) !== status)
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

async function next(watch: AsyncIterator<{ readonly type: string }>): Promise<string> {
  const { value } = (await watch.next()) as { value: Parameters<typeof lineOf>[0] };
  return lineOf(value);
}

/** So many requests, one after the other. */
async function ask({ port }: TestServer, times: number): Promise<void> {
  for (let time = 0; time < times; time++)
    await (await fetch(`http://127.0.0.1:${port}/nothing`)).text();
}

describe('watch in a page that is hidden', () => {
  it('holds no connection, and goes on where it was when the page is shown', async () => {
    const page = new HideablePage();
    const { monitor, server, client, states, watching } = await served();
    const watch = client.watch({}, watching);
    expect(await next(watch)).toBe('snapshot task-1');
    const news = next(watch);
    page.hide();
    await states.until('paused');
    await server.left();
    await monitor.start('task-1');
    await monitor.register({ id: 'task-2' });
    page.show();
    expect(await news).toBe('task.started task-1 running v2');
    expect(await next(watch)).toBe('task.registered task-2 pending v1');
    await monitor.complete('task-1');
    expect(await next(watch)).toBe('task.completed task-1 completed v3');
    expect(states.seen).toEqual(['live', 'paused', 'live']);
  });

  it('misses and doubles nothing, however often the page is hidden', async () => {
    const page = new HideablePage();
    const { monitor, client, states, watching } = await served();
    const watch = client.watch({}, watching);
    await next(watch);
    const lines: string[] = [];
    for (let round = 2; round <= 21; round++) {
      const line = next(watch);
      if (round % 2 === 0) {
        page.hide();
        await states.until('paused');
      }
      await monitor.register({ id: `task-${round}` });
      page.show();
      lines.push(await line);
    }
    expect(lines).toEqual(
      Array.from({ length: 20 }, (_, index) => `task.registered task-${index + 2} pending v1`),
    );
  });

  it('does not begin before the page is shown', async () => {
    const page = new HideablePage(true);
    const { server, client, states, watching } = await served();
    const watch = client.watch('task-1', watching);
    const first = next(watch);
    await new Promise(setImmediate);
    expect([server.connections, watch.state.status]).toEqual([0, 'connecting']);
    page.show();
    expect(await first).toBe('snapshot task-1 pending v1');
    expect(states.seen).toEqual(['live']);
  });

  it('rests where it polls, too', async () => {
    const page = new HideablePage();
    let polls = 0;
    const { monitor, server, client, states, watching } = await served(
      { pollMs: 1 },
      (req, res, go) => {
        if (req.path === '/nothing') return void res.end();
        if (req.path.endsWith('/events')) return void res.type('html').send('Hi');
        polls++;
        go();
      },
    );
    for (const watch of [client.watch({}, watching), client.watch('task-1', watching)]) {
      expect(await next(watch)).toMatch(/^snapshot task-1/);
      const news = next(watch);
      page.hide();
      await states.until('paused');
      // What was on its way then has arrived by now; a poll would come with each of the requests that follow.
      await ask(server, 5);
      const before = polls;
      await ask(server, 50);
      expect(polls).toBe(before);
      if ((await monitor.get('task-1')).status === 'pending') await monitor.start('task-1');
      else await monitor.complete('task-1');
      page.show();
      expect(await news).toMatch(/^snapshot task-1/);
      await watch.return();
    }
  });

  it('is over after the final state, where the page was hidden before the next was asked for', async () => {
    const page = new HideablePage();
    const { monitor, client, watching } = await served({ pollMs: 1 }, (req, res, go) => {
      if (req.path.endsWith('/events')) return void res.type('html').send('Hi');
      go();
    });
    await monitor.cancel('task-1');
    const watch = client.watch('task-1', watching);
    expect(await next(watch)).toBe('snapshot task-1 cancelled v2');
    page.hide();
    await new Promise((resolve) => setTimeout(resolve, 2)); // hiddenMs is 1
    expect(await watch.next()).toEqual({ done: true, value: undefined });
  });

  it('ends at once with its signal', async () => {
    const page = new HideablePage();
    const { client, states, watching } = await served();
    const stop = new AbortController();
    const watch = client.watch({}, { ...watching, signal: stop.signal });
    await next(watch);
    const end = watch.next();
    page.hide();
    await states.until('paused');
    stop.abort();
    expect(await end).toEqual({ done: true, value: undefined });
    expect(states.seen).toEqual(['live', 'paused', 'ended']);
  });

  it('goes on all the same with hiddenMs: Infinity', async () => {
    const page = new HideablePage(true);
    const { monitor, client, watching } = await served({ hiddenMs: Infinity });
    const watch = client.watch({}, watching);
    await next(watch);
    page.hide();
    await monitor.start('task-1');
    expect(await next(watch)).toBe('task.started task-1 running v2');
  });
});

describe('waitFor in a page that is hidden', () => {
  it('goes on', async () => {
    const page = new HideablePage(true);
    const { monitor, client, states, watching } = await served();
    const ended = client.waitFor('task-1', watching);
    await states.until('live');
    page.hide();
    await monitor.cancel('task-1');
    expect((await ended).status).toBe('cancelled');
  });
});

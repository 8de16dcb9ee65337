import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { TaskClient } from '../src/index.js';
import { TaskProvider, useTask, useTasks } from '../src/react/index.js';
import { bundlePage, ChromiumPage, describeWithChromium } from './chromium.js';
import { appWithPage } from './page-server.js';
import { closeLater, TestServer } from './task-server.js';

describeWithChromium('the hooks in Chromium', () => {
  it('show tasks as they are, over one stream, through a restart of the server', async () => {
    const monitor = new TaskMonitor();
    closeLater(() => monitor.close());
    await monitor.register({ id: 'task-1', type: 'ingest' });
    await monitor.register({ id: 'task-2', type: 'ingest' });
    await monitor.register({ id: 'other-1' });
    const { code } = await bundlePage('hooks');
    const first = await StreamCounter.start(monitor, code);
    const opened = await ChromiumPage.open(`http://127.0.0.1:${first.server.port}/`);
    const { page } = opened;

    await opened.says('line-task-1', 'pending - live');
    await opened.says('line-no-such-1', 'nothing error TASK_NOT_FOUND');
    await opened.says('list', '[task-2 task-1] 3 live');
    await monitor.start('task-1');
    await monitor.progress('task-1', { current: 1, total: 4 });
    await opened.says('line-task-1', 'running 25 live');
    expect(await page.locator('#line-task-1').allInnerTexts()).toEqual([
      'running 25 live',
      'running 25 live',
    ]);
    await page.click('#cancel');
    await opened.says('line-task-2', 'cancelled - live');
    await opened.says('list', '[task-1] 3 live');
    await monitor.register({ id: 'task-3', type: 'ingest' });
    await opened.says('list', '[task-3 task-1] 4 live');
    await monitor.cleanup({ days: 0 });
    await opened.says('line-task-2', 'cancelled - error TASK_NOT_FOUND');
    expect(first.streams).toBe(1);

    await first.server.kill();
    await opened.says('line-task-1', 'running 25 stale since number');
    await monitor.complete('task-1');
    const second = await StreamCounter.start(monitor, code, first.server.port);
    await opened.says('line-task-1', 'completed 25 live');
    await opened.says('list', '[task-3] 3 live');
    expect(second.streams).toBe(1);

    await page.click('#toggle');
    await second.closed();
    await page.click('#toggle');
    await opened.says('list', '[task-3] 3 live');
    expect(second.streams).toBe(2);
    expect(opened.mishaps).toEqual([]);
  }, 240_000);
});

/** A server with a page that counts the streams it was asked for. */
class StreamCounter {
  readonly server: TestServer;
  readonly #count: { streams: number; readonly closed: Promise<void> };

  private constructor(server: TestServer, count: { streams: number; closed: Promise<void> }) {
    this.server = server;
    this.#count = count;
  }

  static async start(monitor: TaskMonitor, code: string, port = 0): Promise<StreamCounter> {
    let close = (): void => {};
    const count = { streams: 0, closed: new Promise<void>((resolve) => (close = resolve)) };
    const app = appWithPage(monitor, code);
    const server = await TestServer.start((req, res) => {
      if (req.url?.startsWith('/tasks/events') === true) {
        count.streams++;
        res.once('close', close);
      }
      app(req, res);
    }, port);
    return new StreamCounter(server, count);
  }

  get streams(): number {
    return this.#count.streams;
  }

  /** Resolves when the first stream was closed. */
  closed(): Promise<void> {
    return this.#count.closed;
  }
}

describe('the hooks on a server', () => {
  it('render that all is loading, and ask for nothing', () => {
    let asked = 0;
    const client = new TaskClient('/tasks', {
      fetch: () => {
        asked++;
        return Promise.reject(new Error('no network'));
      },
    });
    const Page = (): ReactNode => `${useTask('task-1').status} ${useTasks().tasks.length}`;
    const html = renderToString(createElement(TaskProvider, { client }, createElement(Page)));
    expect(html).toBe('loading 0');
    expect(asked).toBe(0);
  });

  it('need a provider', () => {
    const Page = (): ReactNode => useTask('task-1').status;
    expect(() => renderToString(createElement(Page))).toThrow(
      'Expected a <TaskProvider client={…}> around the components that show tasks.',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import express, { type RequestHandler } from 'express';
import { TaskClient } from '../src/index.js';
import type { Resource } from '../src/react/resource.js';
import { SharedFeed } from '../src/react/shared-feed.js';
import { ShownTask } from '../src/react/shown-task.js';
import { type ShownFilter, ShownTasks } from '../src/react/shown-tasks.js';
import type { TaskState } from '../src/react/use-task.js';
import type { TasksState } from '../src/react/use-tasks.js';
import { appOf, baseUrl, closeLater, TestServer } from './task-server.js';

/** What one component shows. */
class Shown<State> {
  readonly leave: () => void;
  readonly #feed: SharedFeed;
  readonly #key: string;
  #wake = (): void => {};

  constructor(feed: SharedFeed, key: string, make: (client: TaskClient) => Resource<unknown>) {
    this.#feed = feed;
    this.#key = key;
    this.leave = feed.subscribe(key, make, () => this.#wake());
    closeLater(this.leave);
  }

  static task(feed: SharedFeed, id: string): Shown<TaskState> {
    return new Shown(feed, `task ${id}`, (client) => new ShownTask(client, id));
  }

  static tasks(feed: SharedFeed, filter: ShownFilter = {}): Shown<TasksState> {
    const key = `tasks ${JSON.stringify(filter)}`;
    return new Shown(feed, key, (client) => new ShownTasks(client, filter));
  }

  get state(): State {
    return this.#feed.resource(this.#key)?.state as State;
  }

  /** Resolves with the first state of which `is` is true. */
  async until(is: (state: State) => boolean): Promise<State> {
    while (!is(this.state)) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.state;
  }
}

async function served(
  between: RequestHandler = (_req, _res, next) => next(),
): Promise<{ monitor: TaskMonitor; server: TestServer; feed: SharedFeed }> {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  const server = await TestServer.start(express().use(between).use(appOf(monitor)));
  const client = new TaskClient(baseUrl(server.port), { maxRetryMs: 5 });
  return { monitor, server, feed: new SharedFeed(client) };
}

const idsOf = ({ tasks }: TasksState): string => tasks.map(({ task_id }) => task_id).join(' ');

describe('SharedFeed', () => {
  it('shows a task from the moment it is there, and what becomes of it', async () => {
    const { monitor, feed } = await served();
    const shown = Shown.task(feed, 'task-1');
    expect(shown.state).toEqual({ task: null, status: 'loading', staleSince: null, error: null });
    const missing = await shown.until(({ status }) => status === 'error');
    expect(missing).toMatchObject({ task: null, error: { code: 'TASK_NOT_FOUND' } });
    const all = Shown.tasks(feed);
    await all.until(({ status }) => status === 'live');
    await monitor.register({ id: 'task-1' });
    await shown.until(({ status, task }) => status === 'live' && task?.status === 'pending');
    await monitor.cancel('task-1');
    await shown.until(({ task }) => task?.status === 'cancelled');
    await monitor.remove('task-1');
    const gone = await shown.until(({ status }) => status === 'error');
    expect(gone).toMatchObject({ task: { task_id: 'task-1' }, error: { code: 'TASK_NOT_FOUND' } });
  });

  it('shows the newest tasks that a filter finds, and those that come in below', async () => {
    const { monitor, feed } = await served();
    for (const id of ['task-1', 'task-2', 'task-3']) await monitor.register({ id, tags: ['a'] });
    await monitor.register({ id: 'task-4', tags: ['b'] });
    const shown = Shown.tasks(feed, { tag: 'a', status: 'pending', limit: 2 });
    const live = await shown.until(({ status }) => status === 'live');
    expect([idsOf(live), live.stats?.pending_tasks]).toEqual(['task-3 task-2', 4]);
    await monitor.register({ id: 'task-5', tags: ['a'] });
    await shown.until((state) => idsOf(state) === 'task-5 task-3');
    await monitor.start('task-5');
    await shown.until((state) => idsOf(state) === 'task-3 task-2');
    await shown.until(({ stats }) => stats?.running_tasks === 1);
  });

  it('is the same object until something has changed', async () => {
    const { monitor, feed } = await served();
    await monitor.register({ id: 'task-1' });
    const shown = Shown.task(feed, 'task-1');
    const [state, all] = [await shown.until(({ status }) => status === 'live'), Shown.tasks(feed)];
    await all.until(({ status }) => status === 'live');
    await monitor.register({ id: 'task-2' });
    await all.until(({ tasks }) => tasks.length === 2);
    expect(shown.state).toBe(state);
  });

  it('polls what it shows where no stream gets through', async () => {
    const { monitor, feed } = await served((req, res, next) => {
      if (req.path === '/tasks/events') res.type('html').send('Hi');
      else next();
    });
    await monitor.register({ id: 'task-1' });
    const shown = Shown.task(feed, 'task-1');
    await shown.until(({ status }) => status === 'live');
    await monitor.start('task-1');
    await monitor.progress('task-1', { current: 1, total: 4 });
    await shown.until(({ task }) => task?.percent === 25);
  });

  it('asks again where an answer fails for the moment', async () => {
    let failures = 0;
    const { monitor, feed } = await served((req, res, next) => {
      if (req.path === '/tasks/task-1' && failures++ < 2) res.status(502).send('Sorry');
      else next();
    });
    await monitor.register({ id: 'task-1' });
    const shown = Shown.task(feed, 'task-1');
    await shown.until(({ status }) => status === 'live');
    expect(failures).toBeGreaterThanOrEqual(2);
  });

  it('shows an error where watching is not allowed', async () => {
    const { monitor, feed } = await served((req, res, next) => {
      if (req.path === '/tasks/events') res.sendStatus(403);
      else next();
    });
    await monitor.register({ id: 'task-1' });
    const shown = Shown.task(feed, 'task-1');
    const state = await shown.until(({ status }) => status === 'error');
    expect(state.error).toMatchObject({ status: 403 });
  });

  it('closes the stream when the last has gone, and opens another for the next', async () => {
    const { monitor, server, feed } = await served();
    await monitor.register({ id: 'task-1' });
    const [one, other] = [Shown.task(feed, 'task-1'), Shown.task(feed, 'task-1')];
    await one.until(({ status }) => status === 'live');
    one.leave();
    expect(other.state.status).toBe('live');
    other.leave();
    other.leave();
    // Whoever comes back at once finds all as it was.
    Shown.task(feed, 'task-1').leave();
    expect(one.state.status).toBe('live');
    while (feed.resource('task task-1') !== null) await new Promise(setImmediate);
    await server.left();
    const next = Shown.task(feed, 'task-1');
    await next.until(({ status }) => status === 'live');
  });
});

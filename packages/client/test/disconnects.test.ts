import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  type Change,
  MemoryStore,
  type Position,
  TaskMonitor,
  type TaskStore,
} from '@task-monitor/core';
import { SqliteStore } from '@task-monitor/store-sqlite';
import { TaskClient, type TasksEvent } from '../src/index.js';
import { CuttingProxy } from './cutting-proxy.js';
import { randomFrom } from './random.js';
import { appOf, baseUrl, closeLater, TestServer } from './task-server.js';

/** Two monitors of one store, and the proxy that leads to the one and the other in turn. */
async function served(open: () => Promise<TaskStore>[], cuts: number) {
  const monitors = (await Promise.all(open())).map((store) => {
    const monitor = new TaskMonitor({ store });
    closeLater(() => monitor.close());
    return monitor;
  });
  const servers = [];
  for (const monitor of monitors) servers.push(await TestServer.start(appOf(monitor)));
  const random = randomFrom(20_261_126);
  const proxy = await CuttingProxy.to(
    servers.map(({ port }) => port),
    // From the middle of the headers to some events.
    { cuts, bytes: () => 100 + Math.floor(random() * 8_000) },
  );
  return { monitors, proxy };
}

/** Works on one monitor after the other until every cut has been made, never far ahead of who watches it. */
class Work {
  readonly #monitors: readonly TaskMonitor[];
  readonly #done = new Set<string>();
  readonly #told = new Set<string>();
  #wake = (): void => {};

  constructor(monitors: readonly TaskMonitor[]) {
    this.#monitors = monitors;
  }

  async run(isOver: () => boolean): Promise<void> {
    for (let count = 1, isLast = false; !isLast; count++) {
      isLast = isOver();
      const id = isLast ? LAST : `task-${count}`;
      const monitor = this.#monitors[count % this.#monitors.length] as TaskMonitor;
      await monitor.register({ id, type: 'ingest' });
      await monitor.start(id);
      await monitor.progress(id, { current: 1, total: 2 });
      if (count % 3 === 0) await monitor.fail(id, 'No.');
      else await monitor.complete(id);
      if (count % 5 === 0 && !isLast) await monitor.remove(id);
      this.#done.add(id);
      while (this.#done.size - this.#told.size > MAX_AHEAD && !isOver())
        await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Takes note of what the watcher has seen; answers whether that was the last of all. */
  see(event: TasksEvent): boolean {
    if (event.type === 'snapshot') for (const id of this.#done) this.#told.add(id);
    const tasks = event.type === 'snapshot' ? event.tasks : 'task' in event ? [event.task] : [];
    const ended = tasks.filter(({ completed_at }) => completed_at !== null);
    for (const { task_id } of ended) this.#told.add(task_id);
    this.#wake();
    return ended.some(({ task_id }) => task_id === LAST);
  }

  wake(): void {
    this.#wake();
  }
}

const LAST = 'last-1';
const MAX_AHEAD = 8;

/** Everything that has happened since `position`, as the store tells it. */
async function history(monitor: TaskMonitor, position: Position): Promise<Change[]> {
  const changes: Change[] = [];
  for (let from = position; ;) {
    const page = await monitor.changes(from, { limit: 1_000, waitMs: 0 });
    if (page.reset) throw new Error('There was more than the store keeps.');
    if (page.changes.length === 0) return changes;
    changes.push(...page.changes);
    from = page.position;
  }
}

const STORES: readonly (readonly [string, () => Promise<TaskStore>[]])[] = [
  ['one instance in memory', () => [Promise.resolve(new MemoryStore())]],
  [
    'two instances on one SQLite file',
    () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'task-client-'));
      closeLater(() => rmSync(folder, { recursive: true, force: true }));
      const open = () => SqliteStore.open({ path: path.join(folder, 'tasks.db') });
      return [open(), open()];
    },
  ],
];

const CUTS = 300;

describe('a watch whose connection is cut again and again', () => {
  it.each(STORES)(
    'misses nothing and tells nothing twice: %s',
    async (_name, open) => {
      const { monitors, proxy } = await served(open, CUTS);
      const [monitor] = monitors as [TaskMonitor];
      const { position } = await monitor.changes(null, { limit: 0, waitMs: 0 });
      const client = new TaskClient(baseUrl(proxy.port), { maxRetryMs: 5 });
      const work = new Work(monitors);
      const worked = work.run(() => proxy.cuts >= CUTS);
      const events: TasksEvent[] = [];
      for await (const event of client.watch({ limit: 1_000 }, { onState: () => work.wake() })) {
        events.push(event);
        if (work.see(event)) break;
      }
      await worked;
      expect(proxy.cuts).toBeGreaterThanOrEqual(CUTS);
      const { missed, twice, ...anew } = compare(events, await history(monitor, position));
      expect({ missed, twice }).toEqual({ missed: [], twice: [] });
      // Only another instance may be too far behind to know where the client was.
      if (monitors.length === 1) expect(anew).toEqual({ resets: 0, snapshots: 1 });
    },
    300_000,
  );
});

/**
 * What of `changes` was not told, and what was told more than once or after something newer. Of progress only the last has to
 * be told. A snapshot tells what came before it: the tasks as they were, and by their absence which were removed.
 */
function compare(
  events: readonly TasksEvent[],
  changes: readonly Change[],
): Readonly<{ missed: string[]; twice: string[]; resets: number; snapshots: number }> {
  const places = new Map(
    changes.flatMap((change, place) => keysOf(change).map((key) => [key, place])),
  );
  const told = new Set<string>();
  const twice: string[] = [];
  let last = -1;
  let snapshot: (TasksEvent & { type: 'snapshot' }) | null = null;
  for (const event of events) {
    if (event.type === 'reset') continue;
    if (event.type === 'snapshot') {
      snapshot = event;
      continue;
    }
    for (const key of keysOf(event)) {
      const place = places.get(key) ?? -1;
      if (told.has(key) || place < last) twice.push(key);
      if (snapshot !== null)
        for (const key of covered(snapshot, changes.slice(0, place))) told.add(key);
      snapshot = null;
      told.add(key);
      last = place;
    }
  }
  if (snapshot !== null) for (const key of covered(snapshot, changes)) told.add(key);
  const missed = changes
    .filter(({ type }) => type !== 'task.progress')
    .flatMap(keysOf)
    .filter((key) => !told.has(key));
  const count = (name: TasksEvent['type']) => events.filter(({ type }) => type === name).length;
  return { missed, twice, resets: count('reset'), snapshots: count('snapshot') };
}

/** What a snapshot says of `changes`, all of which came before the first that was told after it. */
function covered(
  snapshot: TasksEvent & { type: 'snapshot' },
  changes: readonly Change[],
): string[] {
  const versions = new Map(snapshot.tasks.map(({ task_id, version }) => [task_id, version]));
  const removed = new Set(changes.flatMap((change) => ('ids' in change ? change.ids : [])));
  return changes.flatMap((change) => {
    if (change.type === 'task.removed')
      return change.ids.filter((id) => !versions.has(id)).map((id) => `${id} removed`);
    const version = versions.get(change.task.id) ?? (removed.has(change.task.id) ? Infinity : 0);
    return change.task.version <= version ? keysOf(change) : [];
  });
}

function keysOf(change: Change | Exclude<TasksEvent, { type: 'snapshot' | 'reset' }>): string[] {
  if ('ids' in change) return change.ids.map((id) => `${id} removed`);
  const { task } = change;
  return [`${'task_id' in task ? task.task_id : task.id} v${task.version}`];
}

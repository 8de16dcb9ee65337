import { setTimeout as sleep } from 'node:timers/promises';
import {
  isTaskMonitorError,
  type Position,
  type Task,
  TaskMonitor,
  type TaskStore,
} from '@task-monitor/core';
import type { Chance } from './chance.js';
import type { History, SeenChange } from './checker/history.js';
import { persist } from './persistence.js';

export type Sight = Omit<History, 'processes'>;

/** A monitor that only watches: it follows every change, and breaks off and goes on by position every now and then. */
export class Observer {
  readonly monitor: TaskMonitor;
  readonly openedAt = Date.now();
  readonly changes: SeenChange[];
  readonly #store: TaskStore;
  readonly #chance: Chance;
  readonly #view: Map<string, Pick<Task, 'status' | 'version'>>;
  readonly #end = new AbortController();
  readonly #following: Promise<void>;
  readonly #listeners = new Set<() => void>();
  #position: Position;
  #reset = false;

  private constructor(store: TaskStore, position: Position, chance: Chance, before?: Observer) {
    this.#store = store;
    this.#position = position;
    this.#chance = chance;
    this.changes = before?.changes ?? [];
    this.#view =
      before === undefined ? new Map<string, Pick<Task, 'status' | 'version'>>() : before.#view;
    this.#reset = before === undefined ? false : before.#reset;
    this.monitor = new TaskMonitor({ store, retention: false, onError: () => {} });
    this.#following = this.#follow();
  }

  /** `before`: one that was closed, in whose place this one goes on. */
  static async on(store: TaskStore, chance: Chance, before?: Observer): Promise<Observer> {
    const position =
      before === undefined
        ? (await store.changesAfter(null, { limit: 0, waitMs: 0 })).position
        : before.#position;
    return new Observer(store, position, chance, before);
  }

  /** Resolves once `holds` of all that was seen; `false` if that takes longer. */
  async until(holds: (seen: Observer) => boolean, withinMs: number): Promise<boolean> {
    const late = AbortSignal.timeout(withinMs);
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds(this) && !late.aborted) return;
        this.#listeners.delete(look);
        resolve(holds(this));
      };
      this.#listeners.add(look);
      late.addEventListener('abort', look);
      look();
    });
  }

  /**
   * What is kept, and what was seen of how that came about, now that nobody writes any more but this monitor, which ends the
   * tasks of the dead: where it did so in between, all is read again.
   */
  async sight(outputsOf: Iterable<string> = []): Promise<Sight> {
    const ids = [...outputsOf];
    for (let again = MOST_READINGS; ; again--) {
      const before = await this.#positionOfNow();
      // If it does not get there, the view will not be that of the list.
      await this.until(() => this.#position === before, 30_000);
      const kept = await this.#kept(ids);
      const { changes } = this;
      const sight = { ...kept, readAt: Date.now(), changes, reset: this.#reset, view: this.#view };
      if (again === 0 || (await this.#positionOfNow()) === before) return sight;
    }
  }

  async #positionOfNow(): Promise<Position> {
    return (await persist(() => this.#store.changesAfter(null, { limit: 0, waitMs: 0 }))).position;
  }

  async #kept(outputsOf: readonly string[]): Promise<Pick<Sight, 'tasks' | 'counts' | 'outputs'>> {
    const tasks: Task[] = [];
    for (let cursor: string | null = null; ;) {
      const page = await persist(() => this.monitor.list({ limit: 500, cursor }));
      tasks.push(...page.tasks);
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    const counts = await persist(() => this.#store.counts({}));
    const outputs = new Map<string, readonly string[]>();
    for (const id of outputsOf) {
      const output = await persist(() => this.#store.output(id, 0));
      if (output !== null)
        outputs.set(
          id,
          output.lines.map((line) => line.text),
        );
    }
    return { tasks, counts, outputs };
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#following;
    await this.monitor.close();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        await this.#read(1 + this.#chance.below(200));
      } catch (error) {
        if (!isTaskMonitorError(error)) throw error;
        // The store is away: the changes are still there afterwards.
        await sleep(20, undefined, { ref: false });
      }
    }
  }

  /** Goes on where it was, for `count` events. */
  async #read(count: number): Promise<void> {
    let left = count;
    const { signal } = this.#end;
    for await (const event of this.monitor.watch({ after: this.#position, signal })) {
      if (event.type === 'snapshot') continue;
      if (event.type === 'reset') await this.#start();
      else if (event.type === 'task.removed') for (const id of event.ids) this.#view.delete(id);
      else {
        const { id, status, version } = event.task;
        this.#view.set(id, { status, version });
      }
      if (event.type !== 'reset') this.changes.push({ at: Date.now(), change: event });
      this.#position = event.position;
      for (const look of this.#listeners) look();
      if (--left === 0) return;
    }
  }

  /** After a `reset` the state is read anew. */
  async #start(): Promise<void> {
    this.#reset = true;
    this.#view.clear();
    for (let cursor: string | null = null; ;) {
      const page = await this.monitor.list({ limit: 500, cursor });
      for (const { id, status, version } of page.tasks) this.#view.set(id, { status, version });
      cursor = page.nextCursor;
      if (cursor === null) return;
    }
  }
}

/** How often it reads again because something was written meanwhile. */
const MOST_READINGS = 10;

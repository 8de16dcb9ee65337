import { computed, effect, signal } from '@preact/signals';
import {
  TaskApiError,
  type TaskClient,
  type TasksEvent,
  type WireFullTask,
} from '@task-monitor/client';
import { answerTo } from './answer.js';
import type { LiveTasks } from './live-tasks.js';
import { PAGE_SIZE, type TaskList } from './task-list.js';
import { type Family, type TreeRow, treeRows } from './tree-rows.js';

/** Tasks that are open at a time, beside those that are by themselves. */
const MOST_OPEN = 30;

/** Ids of tasks with children that are remembered. */
const MOST_KNOWN = 10_000;

/** Parents that are asked for at a time. */
const AT_ONCE = 6;

/** Who belongs to whom on a page of the list. What is not on the page is read as it is wanted. */
export class TaskTree {
  readonly isOn = signal(false);
  /** What is shown of the page while the tree is on. */
  readonly rows = computed<readonly TreeRow[]>(() => {
    // Whose children have been seen is no signal: of most tasks nobody wants to know.
    void this.#news.value;
    const rows = treeRows({
      page: this.#list.page.value?.tasks ?? [],
      above: this.#above.value,
      families: this.#families.value,
      opened: this.#opened.value,
      hasChildren: (id) => this.#parents.has(id),
    });
    this.#shown = new Set(rows.map(({ key }) => key));
    return rows;
  });
  readonly #client: TaskClient;
  readonly #live: LiveTasks;
  readonly #list: TaskList;
  readonly #above = signal<ReadonlyMap<string, WireFullTask | null>>(new Map());
  readonly #families = signal<ReadonlyMap<string, Family>>(new Map());
  readonly #opened = signal<ReadonlyMap<string, boolean>>(new Map());
  readonly #news = signal(0);
  readonly #parents = new Set<string>();
  /** Open ones to which children have come. */
  readonly #grown = new Set<string>();
  #shown: ReadonlySet<string> = new Set();
  #isClimbing = false;
  #abort = new AbortController();

  constructor(client: TaskClient, live: LiveTasks, list: TaskList) {
    this.#client = client;
    this.#live = live;
    this.#list = list;
  }

  /** Begins to follow the list; the function that it returns ends that. */
  start(): () => void {
    this.#abort = new AbortController();
    const ends = [
      this.#live.subscribe((event) => this.#see(event)),
      effect(() => {
        const page = this.#list.page.value;
        for (const task of page?.tasks ?? []) this.#know(task.parent_id);
        for (const id of page?.parents ?? []) this.#know(id);
        if (!this.isOn.value || page === null) return;
        void this.#climb();
        this.#readGrown();
      }),
    ];
    return () => {
      for (const end of ends) end();
      this.#abort.abort();
    };
  }

  /** Shows what is below a task, or no more. */
  toggle(id: string, isOpen: boolean): void {
    const opened = new Map(this.#opened.peek());
    opened.delete(id);
    opened.set(id, isOpen);
    const families = new Map(this.#families.peek());
    if (!isOpen) families.delete(id);
    else if (families.size >= MOST_OPEN)
      for (const first of families.keys()) {
        families.delete(first);
        opened.set(first, false);
        break;
      }
    this.#opened.value = opened;
    this.#families.value = families;
    if (isOpen) void this.read(id);
  }

  /** Reads what is below a task. */
  async read(id: string): Promise<void> {
    const before = this.#families.peek().get(id);
    if (before === undefined || before.state === 'failed')
      this.#setFamily(id, { state: 'reading', tasks: [], total: 0 });
    const family = await answerTo(async (signal): Promise<Family> => {
      const answer = await this.#client.all({
        parent: id,
        limit: PAGE_SIZE,
        view: 'full',
        signal,
      });
      this.#live.see(answer.tasks);
      for (const parent of answer.parents) this.#know(parent);
      // The last of them is gone.
      if (answer.total_count === 0) this.#parents.delete(id);
      return { state: 'read', tasks: answer.tasks, total: answer.total_count };
    }, this.#abort);
    // It may have been closed meanwhile.
    if (!this.#families.peek().has(id) || this.#abort.signal.aborted) return;
    this.#setFamily(id, family ?? before ?? { state: 'failed', tasks: [], total: 0 });
  }

  #setFamily(id: string, family: Family): void {
    this.#families.value = new Map(this.#families.peek()).set(id, family);
  }

  #see(event: TasksEvent): void {
    if (!('task' in event) || event.task.parent_id === null) return;
    this.#know(event.task.parent_id);
    // They are shown when the page is, so that it does not jump.
    if (event.type === 'task.registered') this.#grown.add(event.task.parent_id);
  }

  /** That a task has children. */
  #know(id: string | null): void {
    if (id === null || this.#parents.has(id)) return;
    this.#parents.add(id);
    if (this.#shown.has(id)) this.#news.value = this.#news.peek() + 1;
    if (this.#parents.size <= MOST_KNOWN) return;
    for (const first of this.#parents) {
      this.#parents.delete(first);
      break;
    }
  }

  #readGrown(): void {
    for (const id of this.#families.peek().keys()) if (this.#grown.has(id)) void this.read(id);
    this.#grown.clear();
  }

  /** Reads the parents of what is shown, and theirs, as far as they are not on the page. */
  async #climb(): Promise<void> {
    if (this.#isClimbing) return;
    this.#isClimbing = true;
    try {
      for (;;) {
        const missing = this.#missing().slice(0, AT_ONCE);
        if (missing.length === 0 || this.#abort.signal.aborted || !this.isOn.peek()) return;
        const read = await Promise.all(missing.map((id) => this.#readAbove(id)));
        const above = new Map(this.#above.peek());
        for (const [index, id] of missing.entries()) {
          const task = read[index];
          if (task !== undefined) above.set(id, task);
        }
        this.#above.value = above;
        // Without an answer it is tried again with the next page.
        if (read.includes(undefined)) return;
      }
    } finally {
      this.#isClimbing = false;
    }
  }

  #missing(): readonly string[] {
    return this.rows
      .peek()
      .filter((row) => row.kind === 'task' && row.task === null && !row.isGone)
      .map(({ key }) => key);
  }

  /** `null`: it is gone. `undefined`: no answer. */
  async #readAbove(id: string): Promise<WireFullTask | null | undefined> {
    return answerTo(async (signal) => {
      try {
        const task = await this.#client.task(id, { view: 'full', signal });
        this.#live.see([task]);
        this.#know(task.parent_id);
        return task;
      } catch (error) {
        if (error instanceof TaskApiError && error.code === 'TASK_NOT_FOUND') return null;
        throw error;
      }
    }, this.#abort);
  }
}

import { batch, computed, effect, signal } from '@preact/signals';
import {
  TaskApiError,
  type TaskClient,
  type TasksEvent,
  type WireFullTask,
} from '@task-monitor/client';
import type { LiveTasks } from './live-tasks.js';
import { PageChanges } from './page-changes.js';

/** Tasks per page. */
export const PAGE_SIZE = 50;

/** Between two requests that nobody asked for, in milliseconds. */
const EVERY_MS = 1_000;

/** Such requests take the server no more than one part in so many of its time. */
const SHARE = 10;

/** After a failure it is asked again, later each time, in milliseconds. */
const RETRY_MS = [2_000, 4_000, 8_000, 15_000] as const;

export interface ListPage {
  readonly q: string;
  readonly cursor: string | null;
  readonly tasks: readonly WireFullTask[];
  /** Ids of those of them that have children. */
  readonly parents: readonly string[];
  /** Where the next page begins; `null`: nowhere. */
  readonly next: string | null;
  readonly total: number;
  /** Whether `total` is all that match, and not only what this page has. */
  readonly isExact: boolean;
  /** When it was read, in epoch milliseconds. */
  readonly at: number;
}

/** What the last request came to, if not to a page. */
export interface ListTrouble {
  readonly error: TaskApiError;
  /** The search that was asked for. */
  readonly q: string;
}

interface Wanted {
  readonly q: string;
  readonly cursor: string | null;
}

/** One page of the list. It is asked for again as tasks come and go, but never while somebody reads it. */
export class TaskList {
  /** What is shown: the last page that was read, also while another one is asked for. */
  readonly page = signal<ListPage | null>(null);
  /** Whether what is shown is not yet what was asked for. */
  readonly isOpening = signal(false);
  readonly trouble = signal<ListTrouble | null>(null);
  /** How many tasks would come to the page or leave it. */
  readonly changes = signal(0);
  /** Ids of tasks that are shown, but gone. */
  readonly removed = signal<ReadonlySet<string>>(new Set());
  /** Whether somebody has it under their eyes. */
  readonly isRead = signal(false);
  /** Whether it may not jump: somebody reads it, or went on to a later page. */
  readonly isStill = computed(
    () => this.isRead.value || (this.page.value?.cursor ?? null) !== null,
  );
  readonly #client: TaskClient;
  readonly #live: LiveTasks;
  #wanted: Wanted | null = null;
  #changes: PageChanges | null = null;
  /** What happened since the request began that is under way. */
  #meanwhile: TasksEvent[] = [];
  /** Changes were missed, so that rows may be behind. */
  #isBehind = false;
  #isForced = false;
  #request: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #startedAt = 0;
  #tookMs = 0;
  #failures = 0;

  constructor(client: TaskClient, live: LiveTasks) {
    this.#client = client;
    this.#live = live;
  }

  /** Begins to follow; the function that it returns ends that. */
  start(): () => void {
    const ends = [
      this.#live.subscribe((event) => this.#see(event)),
      effect(() => {
        if (!this.isStill.value) this.#soon();
      }),
    ];
    const look = (): void => this.#soon();
    document.addEventListener('visibilitychange', look);
    return () => {
      for (const end of ends) end();
      document.removeEventListener('visibilitychange', look);
      this.#wanted = null;
      this.#request?.abort();
      if (this.#timer !== null) clearTimeout(this.#timer);
    };
  }

  /** Shows another page, as soon as it is there. */
  open(q: string, cursor: string | null): void {
    if (this.#wanted?.q === q && this.#wanted.cursor === cursor) return;
    this.#wanted = { q, cursor };
    batch(() => {
      this.isOpening.value = true;
      // What was wrong with another one says nothing of this one.
      if (this.trouble.peek()?.error.isTemporary === false) this.trouble.value = null;
    });
    this.#failures = 0;
    this.#ask();
  }

  /** Shows the page as it is now, whoever reads it. */
  show(): void {
    this.#isForced = true;
    this.#ask();
  }

  #see(event: TasksEvent): void {
    if (event.type === 'snapshot') this.#isBehind = true;
    if (this.#request !== null) this.#meanwhile.push(event);
    if (event.type === 'task.removed') this.#remove(event.ids);
    this.#changes?.see(event);
    this.#tell();
    if (this.#isBehind || (this.#changes?.size ?? 0) > 0) this.#soon();
  }

  #remove(ids: readonly string[]): void {
    const shown = this.page.peek()?.tasks.map(({ task_id }) => task_id) ?? [];
    const gone = ids.filter((id) => shown.includes(id));
    if (gone.length > 0) this.removed.value = new Set([...this.removed.peek(), ...gone]);
  }

  #tell(): void {
    this.changes.value = this.#changes?.size ?? 0;
  }

  /** Asks when it may, if there is anything to ask for. */
  #soon(): void {
    if (this.#timer !== null || this.#request !== null || !this.#isDue()) return;
    const restMs = Math.max(EVERY_MS, this.#tookMs * SHARE);
    const inMs = Math.max(this.#startedAt + restMs - Date.now(), 0);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // Somebody may have begun to read it.
      if (this.#isDue()) this.#ask();
    }, inMs);
  }

  #isDue(): boolean {
    if (this.#failures > 0 || document.visibilityState !== 'visible') return false;
    return this.#isBehind || (!this.isStill.peek() && this.changes.peek() > 0);
  }

  /** One request at a time: one that nobody waits for any more is given up, and the next begins when it has ended. */
  #ask(): void {
    if (this.#request !== null) {
      this.#request.abort();
      return;
    }
    if (this.#wanted === null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    void this.#exchange(this.#wanted);
  }

  async #exchange(wanted: Wanted): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    this.#startedAt = Date.now();
    this.#meanwhile = [];
    const wasBehind = this.#isBehind;
    this.#isBehind = false;
    try {
      const { tasks, parents, next_cursor, total_count, count_is_exact } = await this.#client.all({
        ...(wanted.q !== '' && { q: wanted.q }),
        ...(wanted.cursor !== null && { cursor: wanted.cursor }),
        limit: PAGE_SIZE,
        view: 'full',
        signal: request.signal,
      });
      if (request.signal.aborted) return;
      this.#tookMs = Date.now() - this.#startedAt;
      const at = Date.now();
      const page = { ...wanted, tasks, parents, next: next_cursor, total: total_count };
      this.#take({ ...page, isExact: count_is_exact, at });
    } catch (error) {
      this.#isBehind ||= wasBehind;
      if (request.signal.aborted) return;
      if (!(error instanceof TaskApiError)) throw error;
      this.#fail(error, wanted);
    } finally {
      this.#request = null;
      if (request.signal.aborted) this.#ask();
      else this.#soon();
    }
  }

  #take(answer: ListPage): void {
    this.#failures = 0;
    this.#live.see(answer.tasks);
    const shown = this.page.peek();
    const isOther = shown?.q !== answer.q || shown.cursor !== answer.cursor;
    const stays = this.isStill.peek() && !isOther && !this.#isForced;
    const extent = stays ? shown : answer;
    this.#changes = new PageChanges({
      q: extent.q,
      isFirst: extent.cursor === null,
      hasNext: extent.next !== null,
      tasks: extent.tasks,
    });
    batch(() => {
      // Rows are up to date in either case; which they are stays as it is under the eyes of a reader.
      if (stays) this.#compare(shown, answer);
      for (const event of this.#meanwhile) this.#changes?.see(event);
      this.trouble.value = null;
      this.isOpening.value = false;
      if (!stays) {
        this.#isForced = false;
        this.page.value = answer;
        this.removed.value = new Set();
      }
      this.#tell();
    });
  }

  /** What the server says now of the page that is shown, of whose changes some may have been missed. */
  #compare(shown: ListPage, answer: ListPage): void {
    for (const task of answer.tasks) this.#changes?.see({ type: 'task.started', task });
    const there = new Set(answer.tasks.map(({ task_id }) => task_id));
    const least = answer.next === null ? -Infinity : (answer.tasks.at(-1)?.number ?? Infinity);
    const ids = shown.tasks
      .filter(({ task_id, number }) => number > least && !there.has(task_id))
      .map(({ task_id }) => task_id);
    this.#changes?.see({ type: 'task.removed', ids });
    // With a search, it may only have stopped to match.
    if (shown.q === '') this.#remove(ids);
  }

  #fail(error: TaskApiError, { q }: Wanted): void {
    this.#failures++;
    this.#isForced = false;
    this.trouble.value = { error, q };
    // What the server will not answer, it will not answer next time either.
    if (!error.isTemporary) return;
    const again = RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? EVERY_MS;
    this.#timer = setTimeout(() => this.#ask(), Math.max(error.retryAfterMs ?? 0, again));
  }
}

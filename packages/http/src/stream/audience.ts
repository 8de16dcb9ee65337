import { type Change, matches, type Search, type Task, type TaskFilter } from '@task-monitor/core';
import { type Frame, removedBytes } from './frame.js';

export interface AudienceRequest {
  /** The one task that is watched, or `null` for all. */
  readonly taskId: string | null;
  /** What the client asked for, without statuses: of a task that leaves them one wants to hear. */
  readonly filter: TaskFilter;
  /** What else it asked for. Of a task that was found once it hears on, or it would not hear that it changed. */
  readonly search: Search | null;
  /** What the client may see at all. */
  readonly scope: TaskFilter;
  readonly withOutput: boolean;
}

/** What one client of a stream is told. */
export class Audience {
  readonly taskId: string | null;
  readonly #filter: TaskFilter;
  readonly #scope: TaskFilter;
  readonly #search: Search | null;
  readonly #isScoped: boolean;
  readonly #withOutput: boolean;
  /** Ids that a client with a scope or a search has heard of. Of others one with a scope must not even hear that they are gone. */
  readonly #told = new Set<string>();

  constructor({ taskId, filter, search, scope, withOutput }: AudienceRequest) {
    this.taskId = taskId;
    this.#filter = filter;
    this.#search = search;
    this.#scope = scope;
    this.#isScoped = Object.keys(scope).length > 0;
    this.#withOutput = withOutput;
    // It was asked for by its id, and was in sight then.
    if (taskId !== null && this.#isScoped) this.#hasHeardOf(taskId);
  }

  /**
   * Whether it can be told what came after any event that it has seen. A client of all tasks with a scope or a search cannot:
   * of which tasks it had heard, and has to hear what becomes of them, is not known any more.
   */
  get canGoOn(): boolean {
    return this.taskId !== null || (!this.#isScoped && this.#search === null);
  }

  /** Whether it is told everything but output, so that all such clients can be sent the same bytes. */
  get isEverything(): boolean {
    return (
      this.taskId === null &&
      !this.#isScoped &&
      !this.#withOutput &&
      this.#search === null &&
      Object.keys(this.#filter).length === 0
    );
  }

  /** Notes that the client has been told of `tasks`. */
  tell(tasks: readonly Task[]): void {
    if (this.#isScoped || this.#search !== null)
      for (const task of tasks) this.#hasHeardOf(task.id);
  }

  /** What it is sent of `frame`; `null`: nothing. */
  see(frame: Frame): Buffer | null {
    const { task, type } = frame;
    if (task === null) return this.#seeRemoved(frame);
    if (type === 'task.output' && !this.#withOutput) return null;
    if (this.taskId !== null ? task.id !== this.taskId : !this.#wants(task)) return null;
    if (matches(task, this.#scope)) {
      if (this.#isScoped || this.#search !== null) this.#hasHeardOf(task.id);
      return frame.bytes;
    }
    // It was in sight and is not any more: only its status can have changed that.
    return this.#told.delete(task.id) ? removedBytes([task.id], frame.position) : null;
  }

  #wants(task: Task): boolean {
    return (
      matches(task, this.#filter) &&
      (this.#search === null || this.#told.has(task.id) || this.#search.matches(task, Date.now()))
    );
  }

  #seeRemoved({ removed, position, bytes }: Frame): Buffer | null {
    const { taskId } = this;
    if (taskId !== null) return removed.includes(taskId) ? removedBytes([taskId], position) : null;
    if (!this.#isScoped) return bytes;
    const known = removed.filter((id) => this.#told.delete(id));
    return known.length > 0 ? removedBytes(known, position) : null;
  }

  #hasHeardOf(id: string): void {
    this.#told.delete(id);
    this.#told.add(id);
    if (this.#told.size <= MAX_TOLD) return;
    const [oldest] = this.#told;
    if (oldest !== undefined) this.#told.delete(oldest);
  }
}

/** Whether `frame` ends the stream of the one task that it is about. */
export function isEndOf(taskId: string, frame: Frame): boolean {
  return frame.task === null
    ? frame.removed.includes(taskId)
    : frame.task.id === taskId && ENDS.has(frame.type);
}

const ENDS: ReadonlySet<Change['type']> = new Set([
  'task.completed',
  'task.failed',
  'task.cancelled',
]);

/** Tasks of which a client with a scope is told when they are removed: as many as a page can sensibly show, times ten. */
const MAX_TOLD = 10_000;

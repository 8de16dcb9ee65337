import type { WireFullTask } from '@task-monitor/http';
import type {
  AnswerOf,
  CallOptions,
  EndpointMethods,
  OptionsOf,
  View,
} from './endpoint-methods.js';
import { ManyTasks, type TasksFilter } from './many-tasks.js';
import { OneTask, type OneTaskOptions } from './one-task.js';
import { routeTo } from './routes.js';
import { isFinal } from './subject.js';
import { TaskApiError } from './task-api-error.js';
import { TaskWatch } from './task-watch.js';
import { type Question, Transport, type TransportOptions } from './transport.js';
import type { TaskEvent, TasksEvent } from './watched-event.js';
import { type WatchOptions, type WatchTimes, watchTimes } from './watch-options.js';

export interface TaskClientOptions extends TransportOptions, Partial<WatchTimes> {}

/** What every method passes on: what it is asked with, whichever endpoint it is. */
type Asked = CallOptions & object;

/**
 * Asks Task Monitor where its router is mounted. Answers are as they are sent; every failure of a request is a
 * {@link TaskApiError}, but a signal that fires, whose reason the call rejects with. Nothing is asked twice but by
 * {@link TaskClient.watch} and {@link TaskClient.waitFor}, and only they have a limit of time.
 */
export class TaskClient implements EndpointMethods {
  readonly #transport: Transport;
  readonly #times: WatchTimes;

  /**
   * `baseUrl` is where the router is mounted: `https://example.com/tasks`, or in a page `/tasks`.
   *
   * @throws TypeError for a base URL with a query, or a time that is none.
   */
  constructor(baseUrl: string, options: TaskClientOptions = {}) {
    this.#transport = new Transport(baseUrl, options);
    this.#times = watchTimes(options);
  }

  /** Counts by status and the success rate. */
  stats(options?: OptionsOf<'stats'>): Promise<AnswerOf<'stats', View>> {
    return this.#ask('stats', null, options);
  }

  /** The running tasks, oldest first. */
  running<V extends View = 'documented'>(
    options?: OptionsOf<'running', V>,
  ): Promise<AnswerOf<'running', V>> {
    return this.#ask('running', null, options);
  }

  /** The pending tasks, oldest first. */
  pending<V extends View = 'documented'>(
    options?: OptionsOf<'pending', V>,
  ): Promise<AnswerOf<'pending', V>> {
    return this.#ask('pending', null, options);
  }

  /** The completed tasks, newest first. */
  completed<V extends View = 'documented'>(
    options?: OptionsOf<'completed', V>,
  ): Promise<AnswerOf<'completed', V>> {
    return this.#ask('completed', null, options);
  }

  /** The failed tasks, newest first. */
  failed<V extends View = 'documented'>(
    options?: OptionsOf<'failed', V>,
  ): Promise<AnswerOf<'failed', V>> {
    return this.#ask('failed', null, options);
  }

  /** The cancelled tasks, newest first. */
  cancelled<V extends View = 'documented'>(
    options?: OptionsOf<'cancelled', V>,
  ): Promise<AnswerOf<'cancelled', V>> {
    return this.#ask('cancelled', null, options);
  }

  /** All tasks that match, newest first. */
  all<V extends View = 'documented'>(options?: OptionsOf<'all', V>): Promise<AnswerOf<'all', V>> {
    return this.#ask('all', null, options);
  }

  /** One task. */
  task<V extends View = 'documented'>(
    taskId: string,
    options?: OptionsOf<'task', V>,
  ): Promise<AnswerOf<'task', V>> {
    return this.#ask('task', taskId, options);
  }

  /** What a task logged and its process wrote: the newest lines. */
  output(taskId: string, options?: OptionsOf<'output'>): Promise<AnswerOf<'output', View>> {
    return this.#ask('output', taskId, options);
  }

  /** Cancels a task, or asks the process that runs it to stop it: the task that it answers with says which. */
  async cancel<V extends View = 'documented'>(
    taskId: string,
    { reason, requested_by, view, signal }: OptionsOf<'cancel', V> = {},
  ): Promise<AnswerOf<'cancel', V>> {
    const body = { reason, requested_by };
    return this.#transport.ask({ ...routeTo('cancel', taskId), query: { view }, body, signal });
  }

  /** How many tasks have each status. */
  count(options?: OptionsOf<'count'>): Promise<AnswerOf<'count', View>> {
    return this.#ask('count', null, options);
  }

  /** How many tasks are running. */
  countRunning(options?: OptionsOf<'countRunning'>): Promise<AnswerOf<'countRunning', View>> {
    return this.#ask('countRunning', null, options);
  }

  /** How many tasks are pending. */
  countPending(options?: OptionsOf<'countPending'>): Promise<AnswerOf<'countPending', View>> {
    return this.#ask('countPending', null, options);
  }

  /** How many tasks completed. */
  countCompleted(options?: OptionsOf<'countCompleted'>): Promise<AnswerOf<'countCompleted', View>> {
    return this.#ask('countCompleted', null, options);
  }

  /** How many tasks failed. */
  countFailed(options?: OptionsOf<'countFailed'>): Promise<AnswerOf<'countFailed', View>> {
    return this.#ask('countFailed', null, options);
  }

  /** How many tasks were cancelled. */
  countCancelled(options?: OptionsOf<'countCancelled'>): Promise<AnswerOf<'countCancelled', View>> {
    return this.#ask('countCancelled', null, options);
  }

  /** Removes completed, failed and cancelled tasks that finished more than `days` (default 7) ago. */
  cleanup(options?: OptionsOf<'cleanup'>): Promise<AnswerOf<'cleanup', View>> {
    return this.#ask('cleanup', null, options);
  }

  /** Whether what is shown can be trusted. Also where the store does not answer, which `status` then says. */
  health(options?: OptionsOf<'health'>): Promise<AnswerOf<'health', View>> {
    return this.#ask('health', null, options, { alsoAnswers: 503 });
  }

  /** Metrics in the text format of Prometheus, where the server has them on. */
  metrics(options?: OptionsOf<'metrics'>): Promise<AnswerOf<'metrics', View>> {
    return this.#ask('metrics', null, options, { answer: 'text' });
  }

  /** The description of the API, as OpenAPI 3.1. */
  openapi(options?: OptionsOf<'openapi'>): Promise<AnswerOf<'openapi', View>> {
    return this.#ask('openapi', null, options);
  }

  /**
   * Tells one task as it stands, and every change until it is over or gone; or the tasks that match, and their changes until
   * the signal fires. It goes on over every cut of the connection, tells nothing twice and nothing after something newer,
   * and polls where no stream gets through: then every change is a `snapshot`. What may not be watched, or is not there, it
   * rejects with.
   */
  watch(taskId: string, options?: OneTaskOptions & WatchOptions): TaskWatch<TaskEvent>;
  watch(filter?: TasksFilter, options?: WatchOptions): TaskWatch<TasksEvent>;
  watch(
    what: string | TasksFilter = {},
    options: OneTaskOptions & WatchOptions = {},
  ): TaskWatch<TaskEvent> | TaskWatch<TasksEvent> {
    const [transport, times] = [this.#transport, this.#times];
    return typeof what === 'string'
      ? new TaskWatch(transport, new OneTask(transport, what, options, times), options, times)
      : new TaskWatch(transport, new ManyTasks(transport, what, times), options, times);
  }

  /**
   * Resolves with the finished task, whichever way it ended, at once if it already has. It survives every cut of the
   * connection, and goes on in a page that is hidden.
   *
   * @throws {@link TaskApiError} TASK_NOT_FOUND if there is no such task, or it is removed meanwhile.
   */
  async waitFor(taskId: string, options: WatchOptions = {}): Promise<WireFullTask> {
    // Whoever waits for an end wants it now, seen or not.
    const times = { ...this.#times, hiddenMs: Infinity };
    const subject = new OneTask(this.#transport, taskId, { output: false }, times);
    for await (const event of new TaskWatch(this.#transport, subject, options, times))
      if ('task' in event && isFinal(event.task.status)) return event.task;
    options.signal?.throwIfAborted();
    // The stream ended without telling how: the task itself says it, or that it is gone.
    const task = await this.task(taskId, { view: 'full', signal: options.signal });
    if (isFinal(task.status)) return task;
    const detail = `Task not found: ${taskId} was removed before it was over.`;
    throw new TaskApiError({ code: 'TASK_NOT_FOUND', detail });
  }

  async #ask<T>(
    name: keyof EndpointMethods,
    taskId: string | null,
    options: Asked | undefined,
    how: Pick<Question, 'answer' | 'alsoAnswers'> = {},
  ): Promise<T> {
    const { signal, ...query } = options ?? {};
    return this.#transport.ask<T>({ ...routeTo(name, taskId), query, signal, ...how });
  }
}

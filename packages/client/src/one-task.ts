import type { WireFullTask } from '@task-monitor/http';
import { pause } from './pause.js';
import { routeTo } from './routes.js';
import { isFinal, type Subject, type Taken } from './subject.js';
import { ToldVersions } from './told-versions.js';
import type { Question, Transport } from './transport.js';
import type { StreamedEvent, TaskEvent } from './watched-event.js';
import type { WatchTimes } from './watch-options.js';

export interface OneTaskOptions {
  /** Whether lines of output are told. Default: true. */
  readonly output?: boolean | undefined;
}

/** One task, until it is over or gone. */
export class OneTask implements Subject<TaskEvent> {
  readonly stream: Question;
  readonly #transport: Transport;
  readonly #id: string;
  readonly #times: WatchTimes;
  readonly #told = new ToldVersions();

  constructor(transport: Transport, id: string, { output }: OneTaskOptions, times: WatchTimes) {
    this.#transport = transport;
    this.#id = id;
    this.#times = times;
    this.stream = { ...routeTo('taskEvents', id), query: { output } };
  }

  take(event: StreamedEvent): Taken<TaskEvent> {
    if (event.type === 'reset') {
      this.#told.forget();
      return { event, isLast: false };
    }
    if (event.type === 'task.removed') {
      const isLast = event.ids.includes(this.#id);
      return { event: isLast ? { ...event, ids: [this.#id] } : null, isLast };
    }
    if (!('task' in event)) return { event: null, isLast: event.type === 'end' };
    return this.#told.isNews(event.task)
      ? { event, isLast: isFinal(event.task.status) }
      : { event: null, isLast: false };
  }

  /** The tag is asked for before the task, so that no change in between is overlooked. */
  async *poll(signal: AbortSignal): AsyncGenerator<Taken<TaskEvent>, void> {
    let tag = await this.#tag(null, signal);
    for (;;) {
      const taken = this.take({ type: 'snapshot', task: await this.#task(signal) });
      yield taken;
      if (taken.isLast || signal.aborted) return;
      const askedAt = Date.now();
      const last = tag;
      if (last !== null) tag = await this.#tag(last, signal);
      // A server that cannot wait answers at once, whether there is anything new or not.
      const rest = last === tag ? this.#times.pollMs : SHORT_PAUSE_MS;
      await pause(Math.max(0, rest - (Date.now() - askedAt)), signal);
    }
  }

  /** The tag of the task: with `known` once it has another, or when the server will not wait any longer. */
  async #tag(known: string | null, signal: AbortSignal): Promise<string | null> {
    const question = {
      ...routeTo('task', this.#id),
      signal,
      ...(known !== null && { query: { wait: WAIT_S }, headers: { 'If-None-Match': known } }),
    };
    const timeoutMs = this.#times.firstByteMs + (known === null ? 0 : WAIT_S * 1_000);
    const { status, headers } = await this.#transport.exchange(question, timeoutMs);
    return status === 304 ? known : headers.get('etag');
  }

  #task(signal: AbortSignal): Promise<WireFullTask> {
    const question = { ...routeTo('task', this.#id), query: { view: 'full' }, signal };
    return this.#transport.ask<WireFullTask>(question, this.#times.firstByteMs);
  }
}

/** Less than the 30 s after which many a proxy gives up. */
const WAIT_S = 25;

/** Two polls a second at most of a task that changes all the time. */
const SHORT_PAUSE_MS = 500;

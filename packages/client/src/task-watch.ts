import { LinkedAbort } from './linked-abort.js';
import { pause } from './pause.js';
import { retryDelay } from './retry-delay.js';
import { type ConnectionEnd, streamBlocks } from './stream-connection.js';
import type { Subject } from './subject.js';
import { TaskApiError } from './task-api-error.js';
import type { Transport } from './transport.js';
import { eventOf } from './watched-event.js';
import { HIDDEN, isHidden, shown, WhileShown } from './while-shown.js';
import type { WatchOptions, WatchState, WatchTimes } from './watch-options.js';

/**
 * Follows what changes, over any number of connections, as an async iterator. It connects when the first event is asked for
 * and reads no further ahead than its reader: who stops for long is cut off by the server, and goes on where it was.
 */
export class TaskWatch<E> implements AsyncIterableIterator<E, void> {
  readonly #transport: Transport;
  readonly #subject: Subject<E>;
  readonly #times: WatchTimes;
  readonly #onState: WatchOptions['onState'];
  readonly #outer: AbortSignal | undefined;
  readonly #events: AsyncGenerator<E, void>;
  /** `null` before it has begun. */
  #abort: LinkedAbort | null = null;
  #state: WatchState = { status: 'connecting', since: Date.now(), error: null };
  #lastEventId: string | null = null;
  #retryMs: number | null = null;
  #failures = 0;
  /** Connections in a row that fell silent. */
  #silences = 0;
  /** Until when it polls, in epoch milliseconds. */
  #pollsUntil = 0;

  constructor(
    transport: Transport,
    subject: Subject<E>,
    { signal, onState }: WatchOptions,
    times: WatchTimes,
  ) {
    this.#transport = transport;
    this.#subject = subject;
    this.#times = times;
    this.#onState = onState;
    this.#outer = signal;
    this.#events = this.#follow();
  }

  get state(): WatchState {
    return this.#state;
  }

  next(): Promise<IteratorResult<E, void>> {
    return this.#events.next();
  }

  /** Ends it at once, also while an event is waited for. */
  async return(): Promise<IteratorResult<E, void>> {
    this.#abort?.abort();
    const result = await this.#events.return();
    this.#become('ended', null);
    return result;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async *#follow(): AsyncGenerator<E, void> {
    const abort = (this.#abort = new LinkedAbort(this.#outer));
    const { signal } = abort;
    let error: TaskApiError | null = null;
    try {
      while (!signal.aborted) {
        const trouble = yield* this.#untilTrouble(signal);
        if (trouble === 'over') return;
        if (trouble === 'unusable' || trouble === 'hidden') continue;
        this.#failures++;
        this.#become(this.#state.status === 'connecting' ? 'connecting' : 'reconnecting', trouble);
        await pause(this.#delay(trouble), signal);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      if (thrown instanceof TaskApiError) error = thrown;
      throw thrown;
    } finally {
      abort.release();
      this.#become('ended', error);
    }
  }

  /** Tells what comes until something is in the way that may pass. */
  async *#untilTrouble(
    signal: AbortSignal,
  ): AsyncGenerator<E, TaskApiError | 'over' | 'unusable' | 'hidden'> {
    try {
      if (this.#times.hiddenMs !== Infinity && isHidden()) {
        if (this.#state.status !== 'connecting') this.#become('paused', null);
        await shown(signal);
        return 'hidden';
      }
      if (Date.now() < this.#pollsUntil) return yield* this.#poll(signal);
      const end = yield* this.#stream(signal);
      if (end === 'hidden') return end;
      this.#silences = end === 'silent' ? this.#silences + 1 : 0;
      if (end === 'unusable' || this.#silences >= MAX_SILENCES) {
        this.#silences = 0;
        this.#pollsUntil = Date.now() + POLLING_MS;
        return 'unusable';
      }
      return end === 'over' ? end : new TaskApiError({ code: 'NETWORK', detail: DETAIL[end] });
    } catch (error) {
      if (!(error instanceof TaskApiError) || !error.isTemporary) throw error;
      this.#pollsUntil = 0;
      return error;
    }
  }

  async *#stream(signal: AbortSignal): AsyncGenerator<E, ConnectionEnd | 'hidden'> {
    const id = this.#lastEventId;
    const headers = { Accept: 'text/event-stream', ...(id !== null && { 'Last-Event-ID': id }) };
    const { firstByteMs, silenceMs } = this.#times;
    const whileShown = new WhileShown(signal, this.#times.hiddenMs);
    const connection = streamBlocks(
      this.#transport,
      { ...this.#subject.stream, headers },
      {
        signal: whileShown.signal,
        firstByteMs,
        silenceMs,
        onOpen: () => this.#become('live', null),
      },
    );
    try {
      for (let next = await connection.next(); ; next = await connection.next()) {
        if (next.done === true) return next.value;
        const { name, data, id: eventId, retryMs } = next.value;
        if (retryMs !== null) this.#retryMs = retryMs;
        const said = data === null ? null : eventOf(name, data);
        const taken = said === null ? null : this.#subject.take(said);
        // Before it is told: whoever takes it as the last is not told it again.
        if (eventId !== null) this.#lastEventId = eventId === '' ? null : eventId;
        // A snapshot is to follow: cut off before it, one has to ask for that rather than go on after the reset.
        if (said?.type === 'reset') this.#lastEventId = null;
        if (eventId !== null || said !== null) this.#failures = 0;
        if (taken === null) continue;
        if (taken.event !== null) yield taken.event;
        if (taken.isLast) return 'over';
      }
    } catch (error) {
      if (error === HIDDEN) return 'hidden';
      throw error;
    } finally {
      whileShown.release();
      await connection.return('cut');
    }
  }

  async *#poll(signal: AbortSignal): AsyncGenerator<E, 'over' | 'unusable' | 'hidden'> {
    // Whatever the stream told last, the polls go beyond it: the stream then begins anew.
    this.#lastEventId = null;
    const whileShown = new WhileShown(signal, this.#times.hiddenMs);
    try {
      for await (const { event, isLast } of this.#subject.poll(whileShown.signal)) {
        this.#failures = 0;
        this.#become('polling', null);
        if (event !== null) yield event;
        if (isLast) return 'over';
        // Another way may be open by now.
        if (Date.now() >= this.#pollsUntil) return 'unusable';
      }
      return whileShown.isOver ? 'hidden' : 'over';
    } catch (error) {
      if (error === HIDDEN) return 'hidden';
      throw error;
    } finally {
      whileShown.release();
    }
  }

  #delay(trouble: TaskApiError): number {
    return retryDelay({
      failures: this.#failures,
      retryMs: this.#retryMs,
      retryAfterMs: trouble.retryAfterMs,
      maxRetryMs: this.#times.maxRetryMs,
    });
  }

  #become(status: WatchState['status'], error: TaskApiError | null): void {
    if (this.#state.status === 'ended') return;
    const { status: before } = this.#state;
    const isStill = before === status || (before === 'paused' && status === 'reconnecting');
    const since = isStill ? this.#state.since : Date.now();
    const isNew = this.#state.status !== status || this.#state.error !== error;
    this.#state = { status, since, error };
    if (isNew) this.#onState?.(this.#state);
  }
}

const DETAIL: Readonly<Record<'cut' | 'silent', string>> = {
  cut: 'The stream was cut off.',
  silent: 'The stream fell silent.',
};

/** A cable that was pulled is silent once; what gathers bytes instead of passing them on is silent again. */
const MAX_SILENCES = 2;

/** Now and then a stream is tried again: people carry their machines from one network to another. */
const POLLING_MS = 300_000;

import { TaskApiError } from '../task-api-error.js';
import type { TaskClient } from '../task-client.js';
import type { TaskWatch } from '../task-watch.js';
import type { TasksEvent } from '../watched-event.js';
import type { WatchState } from '../watch-options.js';
import type { Resource } from './resource.js';

/** What components of a page share: one stream, and what each of them shows only once. */
export class SharedFeed {
  readonly #client: TaskClient;
  readonly #entries = new Map<string, Entry>();
  #watch: TaskWatch<TasksEvent> | null = null;
  #polling: ReturnType<typeof setInterval> | undefined;

  constructor(client: TaskClient) {
    this.#client = client;
  }

  get client(): TaskClient {
    return this.#client;
  }

  /** What is shown under `key`; `null` as long as nobody has subscribed to it. */
  resource(key: string): Resource<unknown> | null {
    return this.#entries.get(key)?.resource ?? null;
  }

  /** `listener` is called whenever what is shown under `key` has changed. Returns what ends that. */
  subscribe(
    key: string,
    make: (client: TaskClient) => Resource<unknown>,
    listener: () => void,
  ): () => void {
    const entry = this.#entry(key, make);
    clearTimeout(entry.linger);
    const call = (): void => listener();
    entry.listeners.add(call);
    return () => {
      if (!entry.listeners.delete(call) || entry.listeners.size > 0) return;
      // Whoever goes from one page to the next comes back at once, as does StrictMode.
      entry.linger = setTimeout(() => this.#drop(key), LINGER_MS);
      (entry.linger as { unref?: () => void }).unref?.();
    };
  }

  #entry(key: string, make: (client: TaskClient) => Resource<unknown>): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { resource: make(this.#client), listeners: new Set(), linger: undefined };
    entry.resource.onChange(() => {
      for (const listener of entry.listeners) listener();
    });
    this.#entries.set(key, entry);
    this.#watch ??= this.#follow();
    entry.resource.connection(this.#watch.state);
    entry.resource.load();
    return entry;
  }

  #drop(key: string): void {
    this.#entries.get(key)?.resource.close();
    this.#entries.delete(key);
    if (this.#entries.size > 0) return;
    clearInterval(this.#polling);
    void this.#watch?.return();
    this.#watch = null;
  }

  /** All tasks that may be seen: what is shown is asked for by itself, and kept up to date by what is told of it. */
  #follow(): TaskWatch<TasksEvent> {
    const watch = this.#client.watch(
      { limit: 1 },
      {
        onState: (state) => {
          if (this.#watch === watch) this.#tellState(state);
        },
      },
    );
    this.#read(watch).catch((thrown: unknown) => {
      if (this.#watch !== watch) return;
      const error =
        thrown instanceof TaskApiError
          ? thrown
          : new TaskApiError({ code: 'BAD_ANSWER', detail: String(thrown), cause: thrown });
      this.#tellState({ status: 'ended', since: Date.now(), error });
    });
    return watch;
  }

  async #read(watch: TaskWatch<TasksEvent>): Promise<void> {
    for await (const event of watch) {
      if (this.#watch !== watch) return;
      for (const { resource } of this.#entries.values()) {
        // Who was not told all that happened has to ask.
        if (event.type === 'snapshot') resource.load();
        else if (event.type !== 'reset') resource.apply(event);
      }
    }
  }

  #tellState(state: WatchState): void {
    // What is polled is a page of its own, not what is shown here.
    clearInterval(this.#polling);
    if (state.status === 'polling') this.#polling = setInterval(() => this.#loadAll(), POLL_MS);
    for (const { resource } of this.#entries.values()) resource.connection(state);
  }

  #loadAll(): void {
    for (const { resource } of this.#entries.values()) resource.load();
  }
}

interface Entry {
  readonly resource: Resource<unknown>;
  readonly listeners: Set<() => void>;
  linger: ReturnType<typeof setTimeout> | undefined;
}

const LINGER_MS = 1_000;
const POLL_MS = 2_000;

import { TaskApiError } from '@task-monitor/client';
import { CliError } from '../cli-error.js';
import { ASK_MS } from './freshness.js';
import type { OverviewFeed } from './overview-feed.js';

/** While changes are told: estimates, and what has not moved for long, change although nothing happens. */
const LIVE_MS = 5_000;
/** Counts follow what was told so soon, however much happens. */
const SOON_MS = 500;

interface AskingHandlers {
  /** Something is known anew. */
  changed(): void;
  /** It is of no use to go on. */
  failed(error: unknown): void;
}

/** Asks again and again for what the stream does not tell; one question at a time. */
export class Asking {
  readonly #feed: OverviewFeed;
  readonly #handlers: AskingHandlers;
  #timer: NodeJS.Timeout | null = null;
  #dueAt = Infinity;
  #isAsking = false;
  #isOver = false;

  constructor(feed: OverviewFeed, handlers: AskingHandlers) {
    this.#feed = feed;
    this.#handlers = handlers;
    this.#within(ASK_MS);
  }

  /** Something has happened that changes what was answered. */
  soon(): void {
    this.#within(SOON_MS);
  }

  end(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #within(ms: number): void {
    const dueAt = performance.now() + ms;
    if (this.#isOver || dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    if (this.#isAsking) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    this.#timer = null;
    this.#isAsking = true;
    this.#dueAt = Infinity;
    try {
      await this.#feed.ask();
    } catch (error) {
      if (!isTemporary(error) && !this.#isOver) this.#handlers.failed(error);
    }
    this.#isAsking = false;
    const soon = this.#dueAt === Infinity ? Infinity : Math.max(0, this.#dueAt - performance.now());
    this.#dueAt = Infinity;
    this.#within(Math.min(soon, this.#feed.state.status === 'live' ? LIVE_MS : ASK_MS));
    if (!this.#isOver) this.#handlers.changed();
  }
}

/** Nobody answers, or not in time: what is shown says how old it is. */
function isTemporary(error: unknown): boolean {
  return error instanceof CliError || (error instanceof TaskApiError && error.isTemporary);
}

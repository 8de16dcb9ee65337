import type pg from 'pg';
import { quoted } from './schema-name.js';
import { isSessionShared } from './shared-session.js';

/** PostgreSQL lets those who notify commit one after the other: so this is no part of a write, and rare. */
const RING_EVERY_MS = 100;

const MOST_BACKOFF_MS = 30_000;

export interface DoorbellOptions {
  /** A client that is not connected yet. */
  readonly client: () => pg.Client;
  readonly channel: string;
  /** Sends a notification, by whatever connection. */
  readonly notify: (channel: string, payload: string) => Promise<unknown>;
  /** Asks by another connection which session that has now. */
  readonly elsewhere: () => Promise<number>;
  /** Somebody rang, or may have done so unheard. */
  readonly rung: () => void;
  /** The connection cannot hear: told once. */
  readonly deaf: (error: unknown) => void;
  /** How often it is made sure that the connection still listens. Default 10 s. */
  readonly checkEveryMs?: number;
  /** How long the server may take to say so. Default 5 s. */
  readonly checkWithinMs?: number;
  /** Wait before the first reconnection; twice as long before each further one, up to 30 s. Default 1 s. */
  readonly backoffMs?: number;
}

/**
 * Tells other processes that something was written, and hears them tell it, by LISTEN and NOTIFY. Only a doorbell: who does
 * not hear it looks by itself a little later.
 */
export class Doorbell {
  readonly #options: Required<DoorbellOptions>;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ringTimer: NodeJS.Timeout | null = null;
  #rungAt = -Infinity;
  #payload = '';
  #attempt = 0;
  #warned = false;
  #closed = false;

  constructor(options: DoorbellOptions) {
    this.#options = { checkEveryMs: 10_000, checkWithinMs: 5_000, backoffMs: 1_000, ...options };
  }

  /** Whether it hears now, as far as it knows. */
  get isListening(): boolean {
    return this.#client !== null;
  }

  /** Begins to listen, and goes on until it is closed. */
  listen(): void {
    void this.#connect();
  }

  ring(position: number): void {
    this.#payload = String(position);
    if (this.#ringTimer !== null || this.#closed) return;
    const waitMs = Math.max(0, this.#rungAt + RING_EVERY_MS - performance.now());
    this.#ringTimer = setTimeout(() => {
      this.#ringTimer = null;
      this.#rungAt = performance.now();
      // Whoever did not hear it looks by itself.
      this.#options.notify(this.#options.channel, this.#payload).catch(() => {});
    }, waitMs).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#ringTimer !== null) clearTimeout(this.#ringTimer);
    const client = this.#client;
    this.#client = null;
    if (client !== null) await endOf(client);
  }

  async #connect(): Promise<void> {
    if (this.#closed) return;
    let client: pg.Client | null = null;
    try {
      client = this.#listener();
      this.#client = client;
      await within(this.#options.checkWithinMs, client.connect());
      // The types of the driver leave it out: listening alone must not keep the process alive.
      (client as pg.Client & { unref(): void }).unref();
      await this.#refuseShared(client);
      await within(
        this.#options.checkWithinMs,
        client.query(`LISTEN ${quoted(this.#options.channel)}`),
      );
      await this.#check(client);
      this.#attempt = 0;
      // What was rung before could not be heard.
      this.#options.rung();
      this.#planCheck(client);
    } catch (error) {
      this.#lost(client, error);
    }
  }

  #planCheck(client: pg.Client): void {
    if (this.#closed || this.#client !== client) return;
    this.#timer = setTimeout(() => {
      this.#check(client).then(
        () => this.#planCheck(client),
        (error: unknown) => this.#lost(client, error),
      );
    }, this.#options.checkEveryMs).unref();
  }

  /** Whoever had the session next would be told what it did not ask for, and the pooler's log would fill up with that. */
  async #refuseShared(client: pg.Client): Promise<void> {
    const { checkWithinMs, elsewhere } = this.#options;
    if (await within(checkWithinMs, isSessionShared(client, elsewhere)))
      throw new Error('A pooler in between gives the session to others, too.');
  }

  /** A pooler may have given the session to somebody else; a way that is cut in the middle says nothing at all. */
  async #check(client: pg.Client): Promise<void> {
    const { rows } = await within(
      this.#options.checkWithinMs,
      client.query('SELECT 1 FROM pg_listening_channels() AS c WHERE c = $1', [
        this.#options.channel,
      ]),
    );
    if (rows.length === 0)
      throw new Error('The session does not listen any more: is there a pooler in between?');
  }

  #listener(): pg.Client {
    const client = this.#options.client();
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('The connection ended.')));
    client.on('notification', ({ channel }) => {
      if (channel === this.#options.channel) this.#options.rung();
    });
    return client;
  }

  /** `null`: there was not even one to lose. */
  #lost(client: pg.Client | null, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (client !== null) void endOf(client);
    if (this.#closed) return;
    if (!this.#warned) {
      this.#warned = true;
      this.#options.deaf(error);
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    const backoffMs = Math.min(MOST_BACKOFF_MS, this.#options.backoffMs * 2 ** this.#attempt++);
    const delayMs = backoffMs * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => void this.#connect(), delayMs).unref();
  }
}

/** Ends a client also where nobody answers at the other end. */
async function endOf(client: pg.Client): Promise<void> {
  await within(1_000, client.end()).catch(() => streamOf(client).destroy());
}

/** The driver has no public way to give up a connection without a word to the other end. */
export function streamOf(client: pg.ClientBase): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The server did not answer in time.')), ms).unref();
  });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

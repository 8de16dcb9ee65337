import { setImmediate as immediate } from 'node:timers/promises';
import {
  type Change,
  isTaskMonitorError,
  type Position,
  type Task,
  type TaskMonitor,
} from '@task-monitor/core';
import { Problem } from '../problem.js';
import type { WireTexts } from '../wire-texts.js';
import { type StreamClient } from './stream-client.js';
import { isEndOf } from './audience.js';
import { changeFrame, eventText, retryText, superseded } from './frame.js';
import { FrameRing } from './frame-ring.js';
import { SnapshotCache } from './snapshot-cache.js';

/** A place in the order of changes. */
export interface Mark {
  /** The number of the first frame after it. */
  readonly number: number;
  readonly position: Position;
}

/** Where things stand, as the first event of a stream says it: at its mark at least. */
export interface Snapshot extends Mark {
  readonly data: string;
  readonly tasks: readonly Task[];
  /** Whether the one task that is watched is over, or gone, so that nothing more will come. */
  readonly isEnd: boolean;
}

export interface StreamHubOptions {
  readonly monitor: TaskMonitor;
  readonly texts: WireTexts;
  readonly maxStreams: number;
  readonly lifetimeMs: number;
  readonly onError: (error: unknown, where: string) => void;
}

/**
 * Sends the changes of a store to all clients of this process. However many there are, one reader follows the store, and only
 * while there are any; each change is written as text once.
 *
 * A client goes on after the position of its last event on any process: what is not in the {@link FrameRing} here is read
 * from the store, and what is not there any more either is told as `reset`, with a new snapshot.
 */
export class StreamHub {
  readonly #monitor: TaskMonitor;
  readonly #texts: WireTexts;
  readonly #maxStreams: number;
  readonly #lifetimeMs: number;
  readonly #onError: StreamHubOptions['onError'];
  readonly #ring = new FrameRing({
    maxFrames: 10_000,
    maxBytes: 16 * 1_048_576,
    maxPositions: 50_000,
  });
  readonly #clients = new Set<StreamClient>();
  readonly #ofAll = new Set<StreamClient>();
  readonly #byTask = new Map<string, Set<StreamClient>>();
  readonly #snapshotsOf = new WeakMap<StreamClient, () => Promise<Snapshot>>();
  readonly #advanced = new Set<() => void>();
  #position: Position | null = null;
  #reading: Reading | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #failingSince: number | null = null;

  constructor({ monitor, texts, maxStreams, lifetimeMs, onError }: StreamHubOptions) {
    this.#monitor = monitor;
    this.#texts = texts;
    this.#maxStreams = maxStreams;
    this.#lifetimeMs = lifetimeMs;
    this.#onError = onError;
  }

  /** Of a moment ago, for clients that ask for the same. */
  readonly snapshots = new SnapshotCache<Snapshot>(SNAPSHOT_MS);

  /** Streams that are open. */
  get size(): number {
    return this.#clients.size;
  }

  /** @throws {@link Problem} TOO_MANY_STREAMS */
  assertRoom(): void {
    if (this.size >= this.#maxStreams) throw new Problem('TOO_MANY_STREAMS');
  }

  /** Up to where changes have been read. A list that is asked for now has all of them, and maybe more. */
  mark(): Mark {
    return { number: this.#ring.next, position: this.#position as Position };
  }

  /** Resolves when changes are followed from now on. Rejects if the store does not answer. */
  async start(): Promise<void> {
    const reading = (this.#reading ??= this.#startReading());
    await reading.ready;
  }

  /**
   * Sends `client` what it has missed since `after`, or with `null` a snapshot, and then all changes as they come. Call
   * after {@link start}.
   */
  add(client: StreamClient, { after, snapshot, isOver }: StreamStart): void {
    this.#clients.add(client);
    this.#snapshotsOf.set(client, snapshot);
    this.#listenersOf(client).add(client);
    // Whoever waits for the first byte is told at once that all is well.
    client.send(retryText(), Date.now());
    client.onClose(() => this.#remove(client));
    client.onDrain(() => this.#pump(client, this.#ring.next, nothing));
    this.#sweep ??= setInterval(() => this.#lookAfterClients(), SWEEP_MS).unref();
    this.#begin(client, after, isOver).catch((error: unknown) => this.#giveUp(client, error));
  }

  async #begin(client: StreamClient, after: Position | null, isOver: boolean): Promise<void> {
    if (after !== null) {
      const outcome = await this.#catchUp(client, after);
      if (outcome === 'ended') return;
      if (outcome !== 'lost') {
        this.#goOn(client, outcome);
        // It has seen how the task ended, but not that the stream did.
        if (isOver && client.isOpen) client.end(this.mark().position, Date.now());
        return;
      }
      client.send(eventText('reset', '{}', this.#position), Date.now());
    }
    await this.#sendSnapshot(client);
  }

  /**
   * What it is told is never older than the number it goes on at: changes that are in both are told twice, with the
   * version of the task to tell, but none is left out.
   */
  async #sendSnapshot(client: StreamClient): Promise<void> {
    client.hold();
    const snapshot = this.#snapshotsOf.get(client);
    if (snapshot === undefined) return;
    const { data, isEnd, number, position } = await snapshot();
    const now = Date.now();
    client.send(eventText('snapshot', data, position), now);
    if (isEnd) client.end(position, now);
    else this.#goOn(client, number);
  }

  /** Reads from the store what was missed, until it meets what is in the ring. */
  async #catchUp(client: StreamClient, after: Position): Promise<number | 'lost' | 'ended'> {
    let position = after;
    for (let read = 0; read < MAX_CATCH_UP && client.isOpen;) {
      const number = this.#ring.after(position);
      if (number !== null) return number;
      const page = await this.#monitor.changes(position, { limit: BATCH, waitMs: 0 });
      if (page.reset) return 'lost';
      read += page.changes.length;
      position = page.position;
      if (page.changes.length === 0) {
        // This process is yet to read up to where the other was: it will, unless the position is none of this store.
        if (!(await this.#nextAdvance())) return this.#ring.after(position) ?? 'lost';
        continue;
      }
      if (this.#sendMissed(client, page.changes)) return 'ended';
      await client.ready();
    }
    return 'lost';
  }

  /** Answers whether that was the end of the stream. */
  #sendMissed(client: StreamClient, changes: readonly Change[]): boolean {
    const now = Date.now();
    const superfluous = superseded(changes);
    const { audience } = client;
    for (const change of changes) {
      if (superfluous.has(change)) continue;
      const frame = changeFrame(change, this.#texts, now);
      const seen = audience.see(frame);
      if (seen !== null) client.send(seen, now);
      if (audience.taskId !== null && isEndOf(audience.taskId, frame)) {
        client.end(frame.position, now);
        return true;
      }
    }
    return false;
  }

  #goOn(client: StreamClient, number: number): void {
    client.goOnAt(number);
    this.#pump(client, this.#ring.next, nothing);
  }

  #pump(client: StreamClient, since: number, whole: () => Buffer): void {
    if (client.pump(this.#ring, since, whole, Date.now()) === 'lost') this.#reset(client);
  }

  #reset(client: StreamClient): void {
    client.send(eventText('reset', '{}', this.#position), Date.now());
    this.#sendSnapshot(client).catch((error: unknown) => this.#giveUp(client, error));
  }

  /** The client comes again, and is told then what is the matter. */
  #giveUp(client: StreamClient, error: unknown): void {
    if (!client.isOpen) return;
    this.#onError(error, 'answering a stream');
    client.shutDown(Date.now());
  }

  #listenersOf({ audience: { taskId } }: StreamClient): Set<StreamClient> {
    if (taskId === null) return this.#ofAll;
    let listeners = this.#byTask.get(taskId);
    if (listeners === undefined) this.#byTask.set(taskId, (listeners = new Set()));
    return listeners;
  }

  #remove(client: StreamClient): void {
    this.#clients.delete(client);
    const listeners = this.#listenersOf(client);
    listeners.delete(client);
    const { taskId } = client.audience;
    if (taskId !== null && listeners.size === 0) this.#byTask.delete(taskId);
    if (this.#clients.size > 0) return;
    this.#reading?.stop.abort();
    this.#reading = null;
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
  }

  #startReading(): Reading {
    const stop = new AbortController();
    const ready = this.#monitor
      .changes(null, { limit: 0, waitMs: 0 })
      .then(({ position }) => this.#restart(position));
    ready.then(
      () => this.#read(stop.signal),
      () => (this.#reading = null),
    );
    return { stop, ready };
  }

  #restart(position: Position): void {
    this.#ring.restart(position);
    this.#position = position;
  }

  async #read(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        const page = await this.#monitor.changes(this.#position, {
          limit: BATCH,
          waitMs: Infinity,
          signal: stop,
        });
        if (stop.aborted) return;
        this.#failingSince = null;
        if (page.reset) {
          this.#restart(page.position);
          for (const client of this.#clients) this.#reset(client);
        } else if (page.changes.length > 0) {
          this.#tell(page.changes);
        }
        await this.#pause(page.changes.length === BATCH, stop);
      } catch (error) {
        if (stop.aborted) return;
        if (isTaskMonitorError(error) && error.code === 'MONITOR_CLOSED') return this.#shutDown();
        this.#onError(error, 'following the changes');
        this.#failingSince ??= Date.now();
        await this.#pauseFor(RETRY_MS, stop);
      }
    }
  }

  #tell(changes: readonly Change[]): void {
    const now = Date.now();
    const since = this.#ring.next;
    const superfluous = superseded(changes);
    const plain: Buffer[] = [];
    const touched = new Set(this.#ofAll);
    for (const change of changes) {
      const frame = superfluous.has(change) ? null : changeFrame(change, this.#texts, now);
      this.#ring.append(change.position, frame);
      this.#position = change.position;
      if (frame === null) continue;
      if (frame.type !== 'task.output') plain.push(frame.bytes);
      for (const id of frame.task === null ? frame.removed : [frame.task.id])
        for (const client of this.#byTask.get(id) ?? []) touched.add(client);
    }
    let whole: Buffer | null = null;
    for (const client of touched) this.#pump(client, since, () => (whole ??= Buffer.concat(plain)));
    for (const advanced of this.#advanced) advanced();
  }

  /** Whether changes were read within a second. */
  #nextAdvance(): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (answer: boolean): void => {
        clearTimeout(timer);
        this.#advanced.delete(advanced);
        resolve(answer);
      };
      const advanced = (): void => done(true);
      const timer = setTimeout(() => done(false), 1_000).unref();
      this.#advanced.add(advanced);
    });
  }

  /**
   * Between two looks, so that what happens in quick succession goes out together and progress that is out of date by then
   * does not go out at all. Where there is more than can be taken in at once there is no rest, but others get their turn.
   */
  async #pause(hasMore: boolean, stop: AbortSignal): Promise<void> {
    if (hasMore) await immediate();
    else await this.#pauseFor(PAUSE_MS, stop);
  }

  #pauseFor(ms: number, stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(end, ms).unref();
      function end(): void {
        clearTimeout(timer);
        stop.removeEventListener('abort', end);
        resolve();
      }
      stop.addEventListener('abort', end, { once: true });
    });
  }

  #lookAfterClients(): void {
    const now = Date.now();
    // A client whose stream stays silent for long takes it for dead, and it is.
    if (this.#failingSince !== null && now - this.#failingSince > MAX_FAILING_MS)
      return this.#shutDown();
    for (const client of this.#clients) {
      const { blockedAt } = client;
      if (blockedAt !== null && now - blockedAt > MAX_BLOCKED_MS) client.destroy();
      else if (now - client.openedAt > this.#lifetimeMs) client.shutDown(now);
      else if (this.#failingSince === null) client.keepAlive(this.#position as Position, now);
    }
  }

  #shutDown(): void {
    for (const client of this.#clients) client.shutDown(Date.now());
  }
}

export interface StreamStart {
  /** The id of the last event that the client has seen; `null`: none. */
  readonly after: Position | null;
  readonly snapshot: () => Promise<Snapshot>;
  /** Whether the one task that is watched was over before. */
  readonly isOver: boolean;
}

interface Reading {
  readonly stop: AbortController;
  readonly ready: Promise<void>;
}

const nothing = (): Buffer => Buffer.alloc(0);

const BATCH = 1_000;

/** Ten writes a second to each client at most, and as many reports of progress of each task. */
const PAUSE_MS = 100;

/** Changes that are read from the store for a client that was away; beyond that a snapshot is cheaper. */
const MAX_CATCH_UP = 20_000;

/** Four times a second each kind of snapshot is made at most, however many come back at once. */
const SNAPSHOT_MS = 250;

const RETRY_MS = 1_000;
const SWEEP_MS = 5_000;
const MAX_BLOCKED_MS = 30_000;
const MAX_FAILING_MS = 5_000;

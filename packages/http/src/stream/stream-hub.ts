import type { Position, TaskMonitor } from '@task-monitor/core';
import { Problem } from '../problem.js';
import { outlooksAfter } from '../outlook.js';
import type { WireTexts } from '../wire-texts.js';
import { Follower, type ReadChange } from './follower.js';
import { changeFrame, eventText, retryText } from './frame.js';
import { FrameRing } from './frame-ring.js';
import type { Mark } from './mark.js';
import { Missed } from './missed.js';
import { type Snapshot, SnapshotCache } from './snapshot-cache.js';
import { MAX_WAITING_BYTES, type StreamClient } from './stream-client.js';

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
  readonly #follower: Follower;
  readonly #missed: Missed;
  readonly #snapshots = new SnapshotCache(SNAPSHOT_MS);
  readonly #clients = new Set<StreamClient>();
  readonly #ofAll = new Set<StreamClient>();
  readonly #byTask = new Map<string, Set<StreamClient>>();
  readonly #snapshotsOf = new WeakMap<StreamClient, () => Promise<Snapshot>>();
  readonly #places = new Set<Place>();
  readonly #advanced = new Set<() => void>();
  #position: Position = '';
  #sweep: NodeJS.Timeout | null = null;

  constructor({ monitor, texts, maxStreams, lifetimeMs, onError }: StreamHubOptions) {
    this.#monitor = monitor;
    this.#texts = texts;
    this.#maxStreams = maxStreams;
    this.#lifetimeMs = lifetimeMs;
    this.#onError = onError;
    this.#missed = new Missed(monitor, texts);
    this.#follower = new Follower({
      monitor,
      onRestart: (position) => this.#restart(position),
      onChanges: (changes) => this.#tell(changes),
      onClosed: () => this.#shutDown(),
      onError: (error) => this.#report(error, 'following the changes'),
    });
  }

  /** Streams that are open. */
  get size(): number {
    return this.#clients.size;
  }

  /** Whether a tenth of the places is free. With less, one is refused again as soon as one has found a place. */
  get hasRoom(): boolean {
    return this.size + this.#places.size <= this.#maxStreams * 0.9;
  }

  /** Up to where changes have been told. A list that is asked for now has all of them, and maybe more. */
  mark(): Mark {
    return { number: this.#ring.next, position: this.#position };
  }

  /** The snapshot of `key`, by `make` unless it was made a moment ago. */
  recent(key: string, make: (mark: Mark) => Promise<Snapshot>): Promise<Snapshot> {
    const mark = this.mark();
    return this.#snapshots.get(key, this.#ring.first, mark, () => make(mark));
  }

  /**
   * Resolves when changes are followed from now on, with a place for one client, that has to be taken at once.
   *
   * @throws {@link Problem} TOO_MANY_STREAMS
   * @throws TaskMonitorError STORE_UNAVAILABLE, MONITOR_CLOSED
   */
  async start(): Promise<Place> {
    this.#assertRoom();
    // Whoever asked may have gone when it has begun: then the sweep ends it.
    this.#sweep ??= setInterval(() => this.#lookAfterClients(), SWEEP_MS).unref();
    await this.#follower.start();
    this.#assertRoom();
    const place: Place = {};
    this.#places.add(place);
    setImmediate(() => this.#places.delete(place));
    return place;
  }

  /**
   * Sends `client` what it has missed since `after`, or with `null` a snapshot, and then all changes as they come. Call
   * after {@link start}, in the same turn.
   */
  add(client: StreamClient, { place, after, snapshot, isOver }: StreamStart): void {
    this.#places.delete(place);
    this.#clients.add(client);
    this.#snapshotsOf.set(client, snapshot);
    this.#listenersOf(client).add(client);
    client.onClose(() => this.#remove(client));
    client.onDrain(() => this.#pump(client, this.#ring.next, nothing));
    // Whoever waits for the first byte is told at once that all is well.
    client.send(retryText());
    this.#begin(client, after, isOver).catch((error: unknown) => this.#giveUp(client, error));
  }

  async #begin(client: StreamClient, after: Position | null, isOver: boolean): Promise<void> {
    if (after === null) return this.#sendSnapshot(client);
    const number = client.audience.canGoOn ? await this.#catchUp(client, after, isOver) : 'lost';
    if (number === 'lost') return this.#reset(client);
    if (number !== 'ended') this.#goOn(client, number);
  }

  /**
   * What it is told is never older than the number it goes on at: changes that are in both are told twice, with the
   * version of the task to tell, but none is left out.
   */
  async #sendSnapshot(client: StreamClient): Promise<void> {
    const make = this.#snapshotsOf.get(client);
    await client.ready();
    if (make === undefined || !client.isOpen) return;
    const { mark, bytes, tasks, isEnd } = await make();
    client.audience.tell(tasks);
    client.send(bytes);
    if (isEnd) client.end(mark.position);
    else this.#goOn(client, mark.number);
  }

  /**
   * Sends from the store what was missed, until it meets what is in the ring. The changes of a task that is over are all in
   * the store, but maybe not in the ring yet.
   */
  async #catchUp(
    client: StreamClient,
    after: Position,
    isOver: boolean,
  ): Promise<number | 'lost' | 'ended'> {
    let position = after;
    for (let read = 0; read < MAX_CATCH_UP && client.isOpen;) {
      const number = isOver ? null : this.#ring.after(position);
      if (number !== null) return number;
      const page = await this.#missed.after(position);
      if (page.isLost) return 'lost';
      read += page.count;
      position = page.position;
      for (let frames = page.frames; frames.length > 0 && client.isOpen;) {
        frames = frames.slice(client.take(frames));
        await client.ready();
      }
      if (page.count > 0) continue;
      if (isOver) {
        // It has seen how the task ended, but not that the stream did.
        client.end(position);
      } else if (!(await this.#knows(position))) {
        // This process would have told by now what the other had told: the position is none of this store.
        return 'lost';
      }
    }
    return client.isOpen ? 'lost' : 'ended';
  }

  #goOn(client: StreamClient, number: number): void {
    client.goOnAt(number);
    this.#pump(client, this.#ring.next, nothing);
  }

  #pump(client: StreamClient, since: number, whole: () => Buffer | null): void {
    if (client.pump(this.#ring, since, whole) === 'lost')
      this.#reset(client).catch((error: unknown) => this.#giveUp(client, error));
  }

  /** Without a position: who is cut off before the snapshot must not go on after it. */
  async #reset(client: StreamClient): Promise<void> {
    client.hold();
    client.send(eventText('reset', '{}', null));
    await this.#sendSnapshot(client);
  }

  /** The client comes again, and is told then what is the matter. */
  #giveUp(client: StreamClient, error: unknown): void {
    if (!client.isOpen) return;
    this.#report(error, 'answering a stream');
    client.shutDown();
  }

  #report(error: unknown, where: string): void {
    try {
      this.#onError(error, where);
    } catch {
      // A reporter that fails must not become the trouble of the clients.
    }
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
    this.#stopUnlessWanted();
  }

  #stopUnlessWanted(): void {
    if (this.#clients.size > 0 || this.#places.size > 0 || this.#follower.isStarting) return;
    this.#follower.stop();
    this.#snapshots.clear();
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
  }

  #assertRoom(): void {
    if (this.size + this.#places.size >= this.#maxStreams) throw new Problem('TOO_MANY_STREAMS');
  }

  /** Whoever goes on at a number of before is told `reset`, now or when it is known where it goes on. */
  #restart(position: Position): void {
    this.#ring.restart(position);
    this.#position = position;
    for (const client of this.#clients) {
      client.lookBack();
      this.#pump(client, this.#ring.next, nothing);
    }
  }

  async #tell(changes: readonly ReadChange[]): Promise<void> {
    const outlook = await outlooksAfter(
      this.#monitor,
      changes.flatMap(({ change }) => change ?? []),
    );
    const now = Date.now();
    const since = this.#ring.next;
    const plain: Buffer[] = [];
    let bytes = 0;
    const touched = new Set(this.#ofAll);
    for (const { position, change } of changes) {
      const frame =
        change === null ? null : changeFrame(change, this.#texts, now, outlook.get(change));
      this.#ring.append(position, frame);
      this.#position = position;
      if (frame === null) continue;
      if (frame.type !== 'task.output') {
        plain.push(frame.bytes);
        bytes += frame.bytes.length;
      }
      for (const id of frame.task === null ? frame.removed : [frame.task.id])
        for (const client of this.#byTask.get(id) ?? []) touched.add(client);
    }
    let whole: Buffer | null = null;
    const wholeOnce = (): Buffer | null =>
      bytes > MAX_WAITING_BYTES ? null : (whole ??= Buffer.concat(plain));
    for (const client of touched) this.#pump(client, since, wholeOnce);
    for (const advanced of this.#advanced) advanced();
  }

  /** Whether all up to `position` has been told here, now or within a second. */
  #knows(position: Position): Promise<boolean> {
    if (this.#ring.after(position) !== null) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#advanced.delete(advanced);
        resolve(this.#ring.after(position) !== null);
      };
      const advanced = (): void => {
        if (this.#ring.after(position) !== null) done();
      };
      const timer = setTimeout(done, MAX_BEHIND_MS).unref();
      this.#advanced.add(advanced);
    });
  }

  #lookAfterClients(): void {
    this.#stopUnlessWanted();
    const { failingForMs } = this.#follower;
    // A client whose stream stays silent for long takes it for dead, and it is.
    if (failingForMs !== null && failingForMs > MAX_FAILING_MS) this.#shutDown();
    for (const client of this.#clients) {
      if (client.isStuck()) client.destroy();
      else if (client.ageMs > this.#lifetimeMs) client.shutDown();
      else if (failingForMs === null) client.keepAlive(this.#position);
    }
  }

  #shutDown(): void {
    for (const client of this.#clients) if (client.isOpen) client.shutDown();
  }
}

/** Of a client that is about to be added. */
export type Place = object;

export interface StreamStart {
  readonly place: Place;
  /** The id of the last event that the client has seen; `null`: none. */
  readonly after: Position | null;
  readonly snapshot: () => Promise<Snapshot>;
  /** Whether the one task that is watched was over before. */
  readonly isOver: boolean;
}

const nothing = (): Buffer => NO_BYTES;
const NO_BYTES = Buffer.alloc(0);

/** Changes that are read from the store for a client that was away; beyond that a snapshot is cheaper. */
const MAX_CATCH_UP = 20_000;

/** Four times a second each kind of snapshot is made at most, however many come back at once. */
const SNAPSHOT_MS = 250;

const SWEEP_MS = 1_000;
const MAX_BEHIND_MS = 1_000;
const MAX_FAILING_MS = 5_000;

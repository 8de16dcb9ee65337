import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Position } from '@task-monitor/core';
import { type Audience, isEndOf } from './audience.js';
import { eventText, type Frame, positionText, retryText } from './frame.js';
import type { FrameRing } from './frame-ring.js';
import { superseded } from './superseded.js';

/** Bytes that may wait in this process for one client. Beyond them it has to read before it is sent more. */
export const MAX_WAITING_BYTES = 262_144;

/** One open stream. What it is yet to be sent is not kept for it, only the number of the frame where it goes on. */
export class StreamClient {
  readonly audience: Audience;
  readonly #openedAt = performance.now();
  readonly #res: ServerResponse;
  readonly #waiting = new Set<() => void>();
  #onDrain = (): void => {};
  /** The number of the frame where it goes on; `null` until it has been told where things stand. */
  #cursor: number | null = null;
  /** Whether it is yet to be sent frames that are there already. */
  #isBehind = false;
  #wroteAt = 0;
  #isBlocked = false;
  /** Until when its end has to have been taken. */
  #endsUntil = Infinity;
  /** Bytes that the system had taken for it when it was last looked after. */
  #taken = 0;
  /** How often in a row it was looked after while something waited, and nothing was taken. */
  #stillLooks = 0;

  constructor(res: ServerResponse, audience: Audience) {
    this.#res = res;
    this.audience = audience;
    res.on('drain', () => this.#unblock());
    res.on('close', () => this.#unblock());
  }

  get isOpen(): boolean {
    return !this.#res.destroyed && !this.#res.writableEnded;
  }

  /** Milliseconds since it was opened. */
  get ageMs(): number {
    return performance.now() - this.#openedAt;
  }

  /**
   * Whether it has taken nothing of what waits for it for so long that it never will: nothing else tells of a client that is
   * gone without a word. To be asked once a second. Times that this process was held up itself do not count.
   */
  isStuck(): boolean {
    const { socket, writableLength } = this.#res;
    const taken =
      socket === null ? 0 : socket.bytesWritten - socket.writableLength - underWay(socket);
    this.#stillLooks = writableLength > 0 && taken === this.#taken ? this.#stillLooks + 1 : 0;
    this.#taken = taken;
    return this.#stillLooks >= MAX_STILL_LOOKS || performance.now() > this.#endsUntil;
  }

  onClose(listener: () => void): void {
    this.#res.once('close', listener);
  }

  /** `listener` is called whenever it reads again after it did not. */
  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  /** Is sent frames from number `cursor` on. */
  goOnAt(cursor: number): void {
    this.#cursor = cursor;
    this.#isBehind = true;
  }

  /** Is not sent any frames until it has been told where things stand. */
  hold(): void {
    this.#cursor = null;
    this.#isBehind = false;
  }

  /** Is to be sent all from where it is, even if nothing new comes. */
  lookBack(): void {
    if (this.#cursor !== null) this.#isBehind = true;
  }

  send(bytes: Buffer | string): void {
    if (!this.isOpen) return;
    this.#res.write(bytes);
    // A middleware may gather what is written until it is told to pass it on.
    (this.#res as { flush?: () => void }).flush?.();
    this.#wroteAt = performance.now();
    if (this.#res.writableLength > MAX_WAITING_BYTES) this.#isBlocked = true;
  }

  /** Resolves when it may be sent more, or has gone. */
  ready(): Promise<void> {
    if (!this.#isBlocked || !this.isOpen) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /**
   * Sends what is new in `ring`: the frames from number `since` on, of which `whole` is all that a client without a filter
   * is sent, unless that is too much at once; and what it had not taken before. Answers whether it has missed something
   * for good.
   */
  pump(ring: FrameRing, since: number, whole: () => Buffer | null): 'ok' | 'lost' {
    if (this.#cursor === null || !this.isOpen) return 'ok';
    if (!this.#isBehind) this.#cursor = since;
    if (this.#isBlocked) {
      this.#isBehind = true;
      return 'ok';
    }
    if (this.#cursor < ring.first) return 'lost';
    const bytes = !this.#isBehind && this.audience.isEverything ? whole() : null;
    if (bytes !== null) {
      if (bytes.length > 0) this.send(bytes);
      this.#cursor = ring.next;
      return 'ok';
    }
    const frames = ring.from(this.#cursor);
    this.#cursor += this.take(frames, this.#isBehind ? superseded(frames) : NONE);
    this.#isBehind = this.#cursor < ring.next;
    return 'ok';
  }

  /**
   * Sends what may be seen of `frames` but for `superfluous`, gathered into few writes. Answers how many it has taken: it
   * stops where the client does not read, and where the stream ends.
   */
  take(frames: readonly Frame[], superfluous = NONE): number {
    const { taskId } = this.audience;
    let gathered: Buffer[] = [];
    let bytes = 0;
    let taken = 0;
    const flush = (): void => {
      if (gathered.length > 0) this.send(Buffer.concat(gathered));
      gathered = [];
      bytes = 0;
    };
    for (const frame of frames) {
      if (this.#isBlocked || !this.isOpen) break;
      taken++;
      const seen = superfluous.has(frame) ? null : this.audience.see(frame);
      if (seen === null) continue;
      gathered.push(seen);
      bytes += seen.length;
      const isEnd = taskId !== null && isEndOf(taskId, frame);
      if (isEnd || bytes >= WRITE_BYTES) flush();
      if (isEnd) this.end(frame.position);
    }
    flush();
    return taken;
  }

  /** Keeps proxies from taking the connection for dead, and tells where to go on. */
  keepAlive(position: Position): void {
    if (this.#isBlocked || performance.now() - this.#wroteAt < KEEP_ALIVE_MS) return;
    this.send(this.#isBehind || this.#cursor === null ? ':\n\n' : positionText(position));
  }

  /** The watched task is over. Who comes again with this id is told that there is nothing more to come. */
  end(position: Position): void {
    this.send(eventText('end', '{}', `${END_PREFIX}${position}`));
    this.#finish(MAX_END_MS);
  }

  /** The server ends the stream; the client comes again after a while. */
  shutDown(): void {
    // Who does not read cannot be told, and would hold up the end of the server.
    if (this.#isBlocked) return this.destroy();
    this.send(retryText() + eventText('shutdown', '{}', null));
    this.#finish(MAX_SHUT_DOWN_MS);
  }

  destroy(): void {
    this.#res.destroy();
  }

  #finish(patienceMs: number): void {
    this.#endsUntil = Math.min(this.#endsUntil, performance.now() + patienceMs);
    this.#res.end();
  }

  #unblock(): void {
    if (this.isOpen && this.#res.writableLength > MAX_WAITING_BYTES) return;
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    if (this.isOpen) this.#onDrain();
  }
}

/**
 * Bytes that Node counts as written, as their write has begun, though the system has not taken them: nearly all of a snapshot,
 * on a slow line. Nothing public tells them; Node's own time limit of sockets goes by the same number.
 */
function underWay(socket: Socket): number {
  const { _handle: handle } = socket as {
    readonly _handle?: { readonly writeQueueSize?: number } | null;
  };
  return handle?.writeQueueSize ?? 0;
}

/** What the id of an `end` begins with. */
export const END_PREFIX = 'end.';

/** Half a minute. With the 15 s that a stream is silent at most, whoever has stopped is gone within a minute. */
const MAX_STILL_LOOKS = 30;

const MAX_END_MS = 30_000;

/** Who is told to come again does not lose anything, and the server waits for it. */
const MAX_SHUT_DOWN_MS = 5_000;

/** The sweep that sends it comes once a second: no stream is silent for 15 s. */
const KEEP_ALIVE_MS = 13_500;
const WRITE_BYTES = 65_536;
const NONE: ReadonlySet<Frame> = new Set();

import type { ServerResponse } from 'node:http';
import type { Position } from '@task-monitor/core';
import { type Audience, isEndOf } from './audience.js';
import { eventText, type Frame, positionText, retryText } from './frame.js';
import type { FrameRing } from './frame-ring.js';

/** Bytes that may wait in this process for one client. Beyond them it has to read before it is sent more. */
const MAX_WAITING_BYTES = 262_144;

/** One open stream. What it is yet to be sent is not kept for it, only the number of the frame where it goes on. */
export class StreamClient {
  readonly audience: Audience;
  readonly openedAt: number;
  readonly #res: ServerResponse;
  readonly #drained = new Set<() => void>();
  #onDrain = (): void => {};
  /** The number of the frame where it goes on; `null` until it has been told where things stand. */
  #cursor: number | null = null;
  /** Whether it is yet to be sent frames that are there already. */
  #isBehind = false;
  #wroteAt: number;
  #blockedAt: number | null = null;

  constructor(res: ServerResponse, audience: Audience, now: number) {
    this.#res = res;
    this.audience = audience;
    this.openedAt = now;
    this.#wroteAt = now;
    res.on('drain', () => this.#unblock());
    res.on('close', () => this.#unblock());
  }

  get isOpen(): boolean {
    return !this.#res.destroyed && !this.#res.writableEnded;
  }

  /** Since when it has not read what was sent; `null` if it reads. */
  get blockedAt(): number | null {
    return this.#blockedAt;
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
  }

  send(bytes: Buffer | string, now: number): void {
    if (!this.isOpen) return;
    this.#res.write(bytes);
    // The `compression` middleware gathers what is written until it is told to pass it on.
    (this.#res as { flush?: () => void }).flush?.();
    this.#wroteAt = now;
    if (this.#res.writableLength > MAX_WAITING_BYTES) this.#blockedAt ??= now;
  }

  /** Resolves when it may be sent more, or has gone. */
  ready(): Promise<void> {
    if (this.#blockedAt === null || !this.isOpen) return Promise.resolve();
    return new Promise((resolve) => this.#drained.add(resolve));
  }

  /**
   * Sends what is new in `ring`: the frames from number `since` on, of which `whole` is all that a client without a filter
   * is sent; and what it had not taken before. Answers whether it has missed something for good.
   */
  pump(ring: FrameRing, since: number, whole: () => Buffer, now: number): 'ok' | 'lost' {
    if (this.#cursor === null || this.#blockedAt !== null) {
      this.#isBehind = true;
      return 'ok';
    }
    if (!this.#isBehind) {
      this.#cursor = since;
      if (this.audience.isEverything) {
        const bytes = whole();
        if (bytes.length > 0) this.send(bytes, now);
        this.#cursor = ring.next;
        return 'ok';
      }
    }
    if (this.#cursor < ring.first) return 'lost';
    this.#sendFrames(ring, this.#cursor, now);
    return 'ok';
  }

  /** Gathers frames into few writes, and stops where the client does not read. */
  #sendFrames(ring: FrameRing, from: number, now: number): void {
    const frames = [...ring.from(from)];
    const superfluous = this.#isBehind ? supersededFrames(frames) : NONE;
    let waiting: Buffer[] = [];
    let bytes = 0;
    const flush = (): void => {
      if (waiting.length > 0) this.send(Buffer.concat(waiting), now);
      waiting = [];
      bytes = 0;
    };
    for (const [number, frame] of frames) {
      const seen = superfluous.has(frame) ? null : this.audience.see(frame);
      if (seen === null) continue;
      waiting.push(seen);
      bytes += seen.length;
      const { taskId } = this.audience;
      if (taskId !== null && isEndOf(taskId, frame)) {
        flush();
        return this.end(frame.position, now);
      }
      if (bytes < WRITE_BYTES) continue;
      flush();
      if (this.#blockedAt !== null) {
        this.#cursor = number + 1;
        this.#isBehind = true;
        return;
      }
    }
    flush();
    this.#cursor = ring.next;
    this.#isBehind = false;
  }

  /** Keeps proxies from taking the connection for dead, and tells where to go on. */
  keepAlive(position: Position, now: number): void {
    if (this.#blockedAt !== null || now - this.#wroteAt < KEEP_ALIVE_MS) return;
    this.send(this.#isBehind || this.#cursor === null ? ':\n\n' : positionText(position), now);
  }

  /** The watched task is over. Who comes again with this id is told that there is nothing more to come. */
  end(position: Position, now: number): void {
    this.send(eventText('end', '{}', `${END_PREFIX}${position}`), now);
    this.#res.end();
  }

  /** The server ends the stream; the client comes again after a while. */
  shutDown(now: number): void {
    this.send(retryText() + eventText('shutdown', '{}', null), now);
    this.#res.end();
  }

  destroy(): void {
    this.#res.destroy();
  }

  #unblock(): void {
    if (this.isOpen && this.#res.writableLength > MAX_WAITING_BYTES) return;
    if (this.#blockedAt === null) return;
    this.#blockedAt = null;
    for (const resolve of this.#drained) resolve();
    this.#drained.clear();
    if (this.isOpen) this.#onDrain();
  }
}

/** What the id of an `end` begins with. */
export const END_PREFIX = 'end.';

const KEEP_ALIVE_MS = 14_000;
const WRITE_BYTES = 65_536;
const NONE: ReadonlySet<Frame> = new Set();

/** Progress that a later frame of the same task makes superfluous, for a client that has fallen behind. */
function supersededFrames(frames: readonly (readonly [number, Frame])[]): ReadonlySet<Frame> {
  const superfluous = new Set<Frame>();
  const later = new Set<string>();
  for (let index = frames.length - 1; index >= 0; index--) {
    const frame = frames[index]?.[1];
    if (!frame?.task || frame.type === 'task.output') continue;
    if (frame.type === 'task.progress' && later.has(frame.task.id)) superfluous.add(frame);
    later.add(frame.task.id);
  }
  return superfluous;
}

import type { Position } from '@task-monitor/core';
import type { Frame } from './frame.js';

/**
 * The last frames in the order of the store, each at its own number. Kept once for all clients: one that reads slowly, or
 * comes again after it was cut off, takes from here what it has missed.
 */
export class FrameRing {
  readonly #limits: FrameRingLimits;
  readonly #frames = new Map<number, Frame>();
  /** By position: the number of the first frame after it. In the order of the store, so the oldest comes first. */
  readonly #numbers = new Map<Position, number>();
  #first = 0;
  #next = 0;
  #bytes = 0;

  constructor(limits: FrameRingLimits) {
    this.#limits = limits;
  }

  /** The number that the next frame will have. */
  get next(): number {
    return this.#next;
  }

  /** The number of the oldest frame that is still here. */
  get first(): number {
    return this.#first;
  }

  /** Forgets everything; frames go on after `position`. Nobody can go on here at a number of before. */
  restart(position: Position): void {
    this.#frames.clear();
    this.#numbers.clear();
    this.#bytes = 0;
    this.#first = ++this.#next;
    this.#numbers.set(position, this.#next);
  }

  /** `null` for a change that nobody needs, because a later one says the same and more; its position is known all the same. */
  append(position: Position, frame: Frame | null): void {
    if (frame !== null) {
      this.#frames.set(this.#next++, frame);
      this.#bytes += frame.bytes.length;
    }
    this.#numbers.set(position, this.#next);
    const { maxFrames, maxBytes, maxPositions } = this.#limits;
    while (this.#next - this.#first > maxFrames || this.#bytes > maxBytes) this.#forgetOldest();
    if (this.#numbers.size > maxPositions) this.#forgetPosition();
  }

  /** The number of the first frame after `position`; `null` if it is not known here, or not any more. */
  after(position: Position): number | null {
    return this.#numbers.get(position) ?? null;
  }

  /** The frames from number `from` on, which is not before {@link FrameRing.first}: each has the number after that of the last. */
  from(from: number): Frame[] {
    const frames: Frame[] = [];
    for (let number = from; number < this.#next; number++) {
      const frame = this.#frames.get(number);
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  #forgetOldest(): void {
    const forgotten = this.#first++;
    this.#bytes -= this.#frames.get(forgotten)?.bytes.length ?? 0;
    this.#frames.delete(forgotten);
    // Who knows only a position before it has missed it.
    for (const number of this.#numbers.values()) {
      if (number > forgotten) break;
      this.#forgetPosition();
    }
  }

  #forgetPosition(): void {
    const { value, done } = this.#numbers.keys().next();
    if (done !== true) this.#numbers.delete(value);
  }
}

export interface FrameRingLimits {
  readonly maxFrames: number;
  readonly maxBytes: number;
  readonly maxPositions: number;
}

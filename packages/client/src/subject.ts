import type { Question } from './transport.js';
import type { StreamedEvent } from './watched-event.js';

/** What a watcher makes of an event: what it tells of it, if anything, and whether that was the last of all. */
export interface Taken<E> {
  readonly event: E | null;
  readonly isLast: boolean;
}

/** What is watched, one task or many. It remembers what it has told. */
export interface Subject<E> {
  /** The request for its stream. */
  readonly stream: Question;
  take(event: StreamedEvent): Taken<E>;
  /** How it stands, asked for again and again until nothing more is to come. Rejects with what stands in the way. */
  poll(signal: AbortSignal): AsyncGenerator<Taken<E>, void>;
}

export function isFinal(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

import { once } from 'node:events';
import {
  type ChangePage,
  type ChangesRequest,
  MemoryStore,
  type Position,
} from '@task-monitor/core';

/** A memory store that tells whether anybody follows its changes. */
export class FollowedStore extends MemoryStore {
  readonly #awaited = new Set<(reader: AbortSignal) => void>();
  #reader: AbortSignal | null = null;

  override changesAfter(position: Position | null, request: ChangesRequest): Promise<ChangePage> {
    if (position !== null && request.signal !== undefined && !request.signal.aborted) {
      this.#reader = request.signal;
      for (const resolve of this.#awaited) resolve(request.signal);
      this.#awaited.clear();
    }
    return super.changesAfter(position, request);
  }

  /** Resolves when somebody waits for the next change. */
  async followed(): Promise<void> {
    if (this.#reader?.aborted === false) return;
    await new Promise((resolve) => this.#awaited.add(resolve));
  }

  /** Resolves when nobody does any more. */
  async left(): Promise<void> {
    if (this.#reader?.aborted === false) await once(this.#reader, 'abort');
  }
}

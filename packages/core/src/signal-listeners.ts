/**
 * Any number of listeners on a caller's AbortSignal behind one listener of its own: a signal that is the parent of
 * thousands of runs does not warn of a leak, and has no listener left once they are over.
 */
export class SignalListeners {
  readonly #bySignal = new WeakMap<AbortSignal, Listeners>();

  /** Calls `listener` once when `signal` fires, at once if it has. Returns how to call that off. */
  onAbort(signal: AbortSignal, listener: () => void): () => void {
    if (signal.aborted) {
      listener();
      return () => {};
    }
    const listeners = this.#bySignal.get(signal) ?? this.#listenTo(signal);
    listeners.all.add(listener);
    return () => {
      listeners.all.delete(listener);
      if (listeners.all.size > 0 || this.#bySignal.get(signal) !== listeners) return;
      this.#bySignal.delete(signal);
      signal.removeEventListener('abort', listeners.tell);
    };
  }

  /**
   * A signal that fires with the first of `signals`, and how to let go of them. What `AbortSignal.any` returns is kept in
   * mind by its sources for good (measured on Node 20).
   */
  any(signals: readonly AbortSignal[]): AnySignal {
    const controller = new AbortController();
    const callOff = signals.map((signal) => this.onAbort(signal, () => controller.abort()));
    return { signal: controller.signal, release: () => callOff.forEach((off) => off()) };
  }

  #listenTo(signal: AbortSignal): Listeners {
    const all = new Set<() => void>();
    const listeners = { all, tell: () => all.forEach((listener) => listener()) };
    this.#bySignal.set(signal, listeners);
    signal.addEventListener('abort', listeners.tell, { once: true });
    return listeners;
  }
}

export interface AnySignal {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

interface Listeners {
  readonly all: Set<() => void>;
  readonly tell: () => void;
}

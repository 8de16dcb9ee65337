/** A signal of its own that fires with the one it is linked to, and leaves nothing behind there once it is released. */
export class LinkedAbort {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
    if (outer?.aborted === true) this.#controller.abort(outer.reason);
    else outer?.addEventListener('abort', this.#follow);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Fires with `reason` after `ms`, in place of what was set before. */
  after(ms: number, reason: unknown): void {
    this.pause();
    this.#timer = setTimeout(() => this.#controller.abort(reason), ms);
  }

  /** Does not fire by time until it is told when, anew. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  release(): void {
    this.pause();
    this.#outer?.removeEventListener('abort', this.#follow);
  }

  readonly #follow = (): void => this.#controller.abort(this.#outer?.reason);
}

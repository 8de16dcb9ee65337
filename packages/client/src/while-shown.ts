import { LinkedAbort } from './linked-abort.js';

/** As much of a page as matters here; the types of Node know none. */
interface Page extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly visibilityState?: string;
}

/** Whether this runs in a page that nobody sees. Where there is no page nothing is ever hidden. */
export function isHidden(): boolean {
  return page()?.visibilityState === 'hidden';
}

/** Resolves when the page is shown, or `signal` fires. */
export function shown(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isHidden() && !signal.aborted) return;
      page()?.removeEventListener(CHANGE, look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    page()?.addEventListener(CHANGE, look);
    signal.addEventListener('abort', look);
    look();
  });
}

/** A signal that fires with the one it is linked to, and when the page has been hidden for long. */
export class WhileShown {
  readonly #abort: LinkedAbort;
  readonly #patienceMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal, patienceMs: number) {
    this.#abort = new LinkedAbort(outer);
    this.#patienceMs = patienceMs;
    if (patienceMs === Infinity) return;
    page()?.addEventListener(CHANGE, this.#look);
    this.#look();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether it fired because the page is hidden. */
  get isOver(): boolean {
    return this.signal.reason === HIDDEN;
  }

  release(): void {
    clearTimeout(this.#timer);
    page()?.removeEventListener(CHANGE, this.#look);
    this.#abort.release();
  }

  readonly #look = (): void => {
    clearTimeout(this.#timer);
    if (isHidden()) this.#timer = setTimeout(this.#end, this.#patienceMs);
  };

  readonly #end = (): void => this.#abort.abort(HIDDEN);
}

function page(): Page | undefined {
  return (globalThis as { readonly document?: Page }).document;
}

const CHANGE = 'visibilitychange';

/** Why the signal fires then. */
export const HIDDEN = new Error('The page is hidden.');

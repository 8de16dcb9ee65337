import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessGroup } from './process-group.js';
import type { StopSignal } from './stop-signal.js';

/** The kernel ends a process soon after SIGKILL, unless it waits for hardware; there is no use in waiting for longer. */
const LAST_WAIT_MS = 1_000;
const FIRST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 50;
/** When to look for the first time whether only dead members are left, then at twice the time, and so on. */
const FIRST_SEARCH_MS = 30;

/**
 * Ends a process group: by the signal that it is to be asked with, and SIGKILL after `forceKillAfterMs` to what is left of it. Any other
 * than SIGTERM may be ignored by who obeys that one, as SIGINT is by what a shell began in the background: so that follows.
 */
export class GroupStop {
  readonly #group: ProcessGroup;
  readonly #stopSignal: () => StopSignal;
  readonly #forceKillAfterMs: number;
  #begunAt: number | null = null;
  #isTold = false;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(group: ProcessGroup, stopSignal: () => StopSignal, forceKillAfterMs: number) {
    this.#group = group;
    this.#stopSignal = stopSignal;
    this.#forceKillAfterMs = forceKillAfterMs;
  }

  get begun(): boolean {
    return this.#begunAt !== null;
  }

  begin(): void {
    if (this.begun) return;
    this.#begunAt = performance.now();
    const signal = this.#stopSignal();
    if (signal === 'SIGTERM') this.#terminate();
    else {
      this.#group.signal(signal);
      this.#after(this.#forceKillAfterMs / 2, () => this.#terminate());
    }
    this.#after(this.#forceKillAfterMs, () => this.#group.signal('SIGKILL'));
  }

  #terminate(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#group.signal('SIGTERM');
  }

  #after(ms: number, what: () => void): void {
    this.#timers.push(setTimeout(what, ms).unref());
  }

  /**
   * To be called when the leader has exited. Resolves when the group is empty, if it was to be stopped: at the latest one
   * second after SIGKILL, which is sent however late it is. Until then it keeps the host's process alive, as the leader did.
   */
  async finished(): Promise<void> {
    if (this.#begunAt === null) return;
    this.#timers.forEach(clearTimeout);
    this.#terminate();
    const killAt = this.#begunAt + this.#forceKillAfterMs;
    const start = performance.now();
    let searchMs = FIRST_SEARCH_MS;
    let killedAt = Infinity;
    for (
      let lookMs = FIRST_LOOK_MS;
      !this.#group.isEmpty();
      lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)
    ) {
      const now = performance.now();
      if (now >= killedAt + LAST_WAIT_MS) return;
      if (now - start >= searchMs) {
        searchMs *= 2;
        if (await this.#group.hasOnlyDead()) return;
      }
      if (now >= killAt) {
        this.#group.signal('SIGKILL');
        killedAt = Math.min(killedAt, now);
      }
      await delay(lookMs);
    }
  }
}

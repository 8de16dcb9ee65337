import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessGroup } from './process-group.js';

/** The kernel ends a process soon after SIGKILL, unless it waits for hardware; there is no use in waiting for longer. */
const LAST_WAIT_MS = 1_000;
const FIRST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 50;
/** When to look for the first time whether only dead members are left, then at twice the time, and so on. */
const FIRST_SEARCH_MS = 30;

/** Ends a process group: SIGTERM, and SIGKILL after `forceKillAfterMs` to what is left of it. */
export class GroupStop {
  readonly #group: ProcessGroup;
  readonly #forceKillAfterMs: number;
  #begunAt: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(group: ProcessGroup, forceKillAfterMs: number) {
    this.#group = group;
    this.#forceKillAfterMs = forceKillAfterMs;
  }

  get begun(): boolean {
    return this.#begunAt !== null;
  }

  begin(): void {
    if (this.begun) return;
    this.#begunAt = performance.now();
    this.#group.signal('SIGTERM');
    this.#timer = setTimeout(() => this.#group.signal('SIGKILL'), this.#forceKillAfterMs).unref();
  }

  /**
   * To be called when the leader has exited. Resolves when the group is empty, if it was to be stopped: at the latest one
   * second after SIGKILL, which is sent however late it is. Until then it keeps the host's process alive, as the leader did.
   */
  async finished(): Promise<void> {
    if (this.#begunAt === null) return;
    clearTimeout(this.#timer);
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

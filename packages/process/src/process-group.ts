import { hasLiveMember } from './group-members.js';
import { hasOldMember } from './process-table.js';

/** What is needed of a child process; node's own has it. */
export interface GroupLeader {
  readonly pid?: number | undefined;
  readonly exitCode?: number | null;
  readonly signalCode?: NodeJS.Signals | null;
  kill(signal: NodeJS.Signals): boolean;
}

/**
 * How old the last sight of a living member may be when a signal is sent. Numbers of processes are given out in a
 * circle of at least 32,768, so for a group to have ended and its number to be a stranger's takes far longer. If it is older,
 * as this process was held up, a member that was started by then says that the group is still the same.
 */
const SIGHT_MS = 2_000;

/**
 * A child and all its descendants that did not leave for a group of their own. While the leader lives, its number is the
 * group's for certain. Once it has exited only a living member keeps the number from being given to somebody else, so
 * from then on a signal is sent only if one was seen a moment ago.
 *
 * A child that leads no group is alone: its number is then no group's, as no process is ever given the number of a group
 * that exists, so its group, which is this process's own, is never meant. Windows has no groups at all.
 */
export class ProcessGroup {
  readonly #leader: GroupLeader;
  readonly #pid: number | null;
  #state: 'led' | 'leaderless' | 'gone' = 'led';
  #seenAt = 0;

  constructor(leader: GroupLeader, platform: NodeJS.Platform = process.platform) {
    this.#leader = leader;
    this.#pid = platform === 'win32' ? null : (leader.pid ?? null);
    // Nobody was told when it exited: the number may be a stranger's by now.
    if (typeof leader.exitCode === 'number' || typeof leader.signalCode === 'string')
      this.#state = 'gone';
  }

  /** To be called from the leader's `exit` event: only at that moment is the number still known to be the group's. */
  leaderExited(): void {
    this.#state = 'leaderless';
    this.#seenAt = performance.now();
    this.isEmpty();
  }

  /** Sends `signal` to all members. Does nothing if there is none left for certain, or if they belong to another user. */
  signal(signal: NodeJS.Signals): void {
    if (this.#state === 'gone') return;
    if (this.#state === 'led') {
      if (this.#pid === null || !this.#send(signal)) this.#leader.kill(signal);
    } else if (!this.isEmpty()) {
      this.#send(signal);
    }
  }

  /** Whether no member is left, for all that can be known. Once empty, it stays so. One system call, if one was seen a moment ago. */
  isEmpty(): boolean {
    if (this.#state === 'leaderless') {
      const now = performance.now();
      if (this.#pid !== null && this.#isSame(this.#pid, now - this.#seenAt) && this.#send(0))
        this.#seenAt = now;
      else this.#state = 'gone';
    }
    return this.#state === 'gone';
  }

  /**
   * Whether all that is left are members that ended and that nobody collects, as under a first process of a container
   * that does not care for orphans. Reads `/proc`, where there is one; elsewhere `false`. O(processes of the machine).
   */
  async hasOnlyDead(): Promise<boolean> {
    return this.#pid !== null && (await hasLiveMember(this.#pid)) === false;
  }

  /** Whether the number is still of the group that was seen so long ago. */
  #isSame(pid: number, agoMs: number): boolean {
    return agoMs <= SIGHT_MS || hasOldMember(pid, agoMs - SIGHT_MS);
  }

  /** `false` if there is no such group. */
  #send(signal: NodeJS.Signals | 0): boolean {
    try {
      process.kill(-(this.#pid as number), signal);
      return true;
    } catch (error) {
      // EPERM: they exist, under another user.
      return (error as NodeJS.ErrnoException).code !== 'ESRCH';
    }
  }
}

import { setImmediate as immediate } from 'node:timers/promises';
import {
  type Change,
  isTaskMonitorError,
  type Position,
  type TaskMonitor,
} from '@task-monitor/core';
import { RepeatedTrouble } from '../repeated-trouble.js';
import { superseded } from './superseded.js';

/** A change that was read; `null` in its place where a later one says the same and more. */
export interface ReadChange {
  readonly position: Position;
  readonly change: Change | null;
}

export interface FollowerOptions {
  readonly monitor: TaskMonitor;
  /** Changes go on after this position, whatever was read before. */
  readonly onRestart: (position: Position) => void;
  readonly onChanges: (changes: readonly ReadChange[]) => Promise<void>;
  /** The monitor was closed. */
  readonly onClosed: () => void;
  readonly onError: (error: unknown) => void;
}

/** Reads the changes of a store, one page after the other, as long as it is wanted. */
export class Follower {
  readonly #options: FollowerOptions;
  #reading: Reading | null = null;
  #failingSince: number | null = null;
  readonly #trouble = new RepeatedTrouble();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Milliseconds since the store began not to answer; `null` if it does. */
  get failingForMs(): number | null {
    return this.#failingSince === null ? null : performance.now() - this.#failingSince;
  }

  /** Whether somebody waits to hear that changes are followed. */
  get isStarting(): boolean {
    return this.#reading?.isReady === false;
  }

  /** Resolves when changes are followed from now on. Rejects if the store does not answer. */
  async start(): Promise<void> {
    await (this.#reading ??= this.#begin()).ready;
  }

  stop(): void {
    this.#reading?.stop.abort();
    this.#reading = null;
    this.#failingSince = null;
  }

  #begin(): Reading {
    const { monitor, onRestart } = this.#options;
    const stop = new AbortController();
    const begin = async (): Promise<void> => {
      try {
        const { position } = await monitor.changes(null, { limit: 0, waitMs: 0 });
        onRestart(position);
        reading.isReady = true;
        void this.#read(position, stop.signal);
      } catch (error) {
        if (this.#reading === reading) this.#reading = null;
        throw error;
      }
    };
    const reading: Reading = { stop, isReady: false, ready: begin() };
    return reading;
  }

  /** What cannot be told must not be told in part, nor again and again. */
  async #tell(changes: readonly ReadChange[], position: Position): Promise<void> {
    const { onChanges, onRestart, onError } = this.#options;
    try {
      await onChanges(changes);
    } catch (error) {
      onError(error);
      onRestart(position);
    }
  }

  async #read(from: Position, stop: AbortSignal): Promise<void> {
    const { monitor, onRestart, onClosed, onError } = this.#options;
    let position = from;
    let waiting: readonly ReadChange[] = [];
    let toldAt = -Infinity;
    while (!stop.aborted) {
      try {
        // A store that did not answer is asked for what there is: whether it answers again is not to wait for a change.
        const waitMs = waiting.length > 0 || this.#failingSince !== null ? 0 : Infinity;
        const page = await monitor.changes(position, { limit: BATCH, waitMs, signal: stop });
        if (stop.aborted) return;
        this.#failingSince = null;
        this.#trouble.end();
        position = page.position;
        if (page.reset) {
          waiting = [];
          onRestart(position);
          await pause(PAUSE_MS, stop);
          continue;
        }
        waiting = joined(waiting, page.changes);
        const restMs = toldAt + PAUSE_MS - performance.now();
        if (restMs > 0 && keptOf(waiting) < BATCH) {
          // What happens in quick succession goes out together, and progress that is out of date by then not at all.
          const lookMs = Math.min(restMs, LOOK_MS);
          await (page.changes.length === BATCH ? immediate() : pause(lookMs, stop));
          continue;
        }
        const ripe = waiting;
        waiting = [];
        if (ripe.length > 0) {
          await this.#tell(ripe, position);
          toldAt = performance.now();
        }
        await (page.changes.length > 0 ? immediate() : pause(PAUSE_MS, stop));
      } catch (error) {
        if (stop.aborted) return;
        if (isTaskMonitorError(error) && error.code === 'MONITOR_CLOSED') {
          this.stop();
          return onClosed();
        }
        this.#failingSince ??= performance.now();
        if (this.#trouble.isNews(error)) onError(error);
        await pause(RETRY_MS, stop);
      }
    }
  }
}

interface Reading {
  readonly stop: AbortController;
  isReady: boolean;
  readonly ready: Promise<void>;
}

function joined(waiting: readonly ReadChange[], changes: readonly Change[]): ReadChange[] {
  const all = [...waiting, ...changes.map((change) => ({ position: change.position, change }))];
  const superfluous = superseded(all.flatMap(({ change }) => change ?? []));
  return all.map((read) =>
    read.change !== null && superfluous.has(read.change) ? { ...read, change: null } : read,
  );
}

function keptOf(waiting: readonly ReadChange[]): number {
  let kept = 0;
  for (const { change } of waiting) if (change !== null) kept++;
  return kept;
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms).unref();
    function end(): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve();
    }
    stop.addEventListener('abort', end, { once: true });
  });
}

const BATCH = 1_000;

/** Ten times a second clients are told at most, and as many reports of progress of each task. */
const PAUSE_MS = 100;

/** Until then it looks so often: a store keeps 10,000 changes, which a flood of progress makes in a tenth of a second. */
const LOOK_MS = 20;

const RETRY_MS = 1_000;

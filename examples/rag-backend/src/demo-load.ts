import { setTimeout as pause } from 'node:timers/promises';
import type { TaskMonitor } from '@task-monitor/core';
import { Chance } from './chance.js';
import { kindOf, type QueuedKind, type RunKind, type Work } from './demo-kinds.js';
import { Places } from './demo-places.js';
import { beginScan } from './demo-python.js';
import type { Reporting } from './demo-work.js';

export interface DemoLoadOptions {
  readonly monitor: TaskMonitor;
  /** Begins nothing more after it fired; what runs by then is told to stop by the monitor's `close`. */
  readonly signal: AbortSignal;
  /** Told of what kept it from beginning a task; it goes on with the next. */
  readonly onError: (error: unknown) => void;
  /** The Python that runs a program now and then. Default `null`: none does. */
  readonly python?: string | null;
  /** Default 1; 2 is twice as fast. */
  readonly speed?: number;
  /** Default 7. */
  readonly seed?: number;
}

/** The first tasks come at once, so that there is something to see. */
const FIRST = 9;
/** Few enough that some have to wait. */
const PLACES = 2;
/** One of so many is a program; the first comes early. */
const PROGRAM_ONE_IN = 30;
const FIRST_PROGRAM = 10;
/** Of the first ones these fail and are cancelled, so that nobody has to wait for that. */
const FAILS = 8;
const IS_CANCELLED = 3;
/** When what hangs is given up: later than it is seen to be stalled. */
const SILENCE_MS = 8 * 60_000;

/** Keeps a believable stream of made-up work going, of all kinds and outcomes, until the signal fires. */
export async function runDemoLoad(options: DemoLoadOptions): Promise<void> {
  const { signal, onError, speed = 1, seed = 7 } = options;
  const chance = new Chance(seed);
  const stream = new DemoStream(options, speed);
  for (let number = 1; !signal.aborted; number++) {
    // Each has its own, so that which of two moves first changes nothing.
    await stream.begin(number, new Chance(chance.whole(1, 2 ** 31))).catch((error: unknown) => {
      // The monitor may have been closed a moment before it was told.
      if (!signal.aborted) onError(error);
    });
    const restMs = (number < FIRST ? 150 : 1_400) * (0.4 + chance.next());
    try {
      await pause(restMs / speed, undefined, { signal });
    } catch {
      // It is over.
      return;
    }
  }
}

/** How one task goes. */
interface Course {
  readonly takesMs: number;
  /** Why it fails, where it does. */
  readonly failure: Error | null;
  /** When it fails or is cancelled, if it does. */
  readonly endsAfterMs: number;
  readonly chance: Chance;
}

class DemoStream {
  readonly #options: DemoLoadOptions;
  readonly #monitor: TaskMonitor;
  readonly #speed: number;
  readonly #places = new Places(PLACES);

  constructor(options: DemoLoadOptions, speed: number) {
    this.#options = options;
    this.#monitor = options.monitor;
    this.#speed = speed;
  }

  async begin(number: number, chance: Chance): Promise<void> {
    const { python = null } = this.#options;
    if (python !== null && number % PROGRAM_ONE_IN === FIRST_PROGRAM)
      return beginScan(this.#monitor, python, chance, this.#speed);
    const kind = kindOf(number, chance);
    // Most take about what is usual, a few much longer: as work does.
    const takesMs =
      (kind.usualMs * Math.exp((chance.next() + chance.next() - 1) * 0.9)) / this.#speed;
    const fails = number === FAILS || (number > FIRST && chance.isOneIn(kind.failsOneIn));
    const isCancelled = number === IS_CANCELLED || (number > FIRST && !fails && chance.isOneIn(16));
    const endsAfterMs = takesMs * (0.2 + 0.6 * chance.next());
    const failure = fails ? chance.oneOf(kind.failures)(chance) : null;
    const course = { takesMs, failure, endsAfterMs, chance };
    const id = kind.isQueued ? await this.#queue(kind, course) : await this.#run(kind, course);
    if (isCancelled) this.#cancelLater(id, endsAfterMs);
  }

  async #run(kind: RunKind, course: Course): Promise<string> {
    const run = await this.#monitor.run(
      {
        ...detailsOf(kind, course.chance),
        ...(kind.steps && { steps: kind.steps }),
        // Not in line behind the real work of this back end.
        underWay: true,
        heartbeatTimeoutMs: Math.ceil(SILENCE_MS / this.#speed),
      },
      (context) => this.#work(kind.work, context, course),
    );
    return run.task.id;
  }

  /** Driven by hand: it is pending until it has its turn. */
  async #queue(kind: QueuedKind, course: Course): Promise<string> {
    const { id } = await this.#monitor.register(detailsOf(kind, course.chance));
    const { signal, onError } = this.#options;
    void this.#turn(id, kind, course).catch((error: unknown) => {
      if (!signal.aborted) onError(error);
    });
    return id;
  }

  async #turn(id: string, kind: QueuedKind, course: Course): Promise<void> {
    const monitor = this.#monitor;
    const signal = monitor.signal(id);
    const leave = await this.#places.take();
    try {
      if (signal.aborted) return;
      await monitor.start(id);
      const context: Reporting = {
        signal,
        progress: (update) => monitor.progress(id, update).then(() => undefined),
        log: (lines) => monitor.log(id, lines).then(() => undefined),
      };
      const result = await this.#work(kind.work, context, course);
      await monitor.complete(id, result === undefined ? {} : { result: result as never });
    } catch (error) {
      // Who cancelled it has ended it.
      if (!signal.aborted) await monitor.fail(id, error);
    } finally {
      leave();
    }
  }

  /** The work to its end, or up to a moment and then an error. */
  async #work<Context extends Reporting>(
    work: Work<Context>,
    context: Context,
    { takesMs, failure, endsAfterMs, chance }: Course,
  ): Promise<unknown> {
    if (failure === null) return work(context, takesMs, chance, this.#monitor);
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    const working = work({ ...context, signal }, takesMs, chance, this.#monitor);
    await Promise.race([working, pause(endsAfterMs, undefined, { signal: context.signal })]);
    stop.abort();
    await working.catch(() => undefined);
    context.signal.throwIfAborted();
    throw failure;
  }

  #cancelLater(id: string, afterMs: number): void {
    void pause(afterMs, undefined, { ref: false })
      .then(() => this.#monitor.cancel(id, { reason: 'A newer version was uploaded', by: 'ada' }))
      // It was over before, or the monitor is closed.
      .catch(() => undefined);
  }
}

function detailsOf(kind: RunKind | QueuedKind, chance: Chance) {
  return {
    type: kind.type,
    name: kind.name(chance),
    command: kind.command?.(chance) ?? [],
    tags: [`tenant:${chance.oneOf(['acme', 'globex', 'initech', 'umbrella'])}`],
    metadata: { document: `doc-${chance.whole(1_000, 9_999)}`, bytes: chance.whole(9e4, 4e8) },
  };
}

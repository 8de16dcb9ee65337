import { setImmediate } from 'node:timers';
import { ChangeLog } from '../change-log.js';
import { CutOffStore } from '../cut-off-store.js';
import { FakeClock } from '../fake-clock.js';
import { TaskMonitor } from '../../monitor.js';
import type { RunOptions } from '../../monitor-options.js';
import type { OpenedStore, OpenTaskStore } from '../opened-store.js';
import type { Run } from '../../run.js';
import { soon } from './soon.js';
import type { Change, Position, TaskStore } from '../../store.js';
import type { Owner, Task } from '../../task.js';

/** The monitors of a model run. `C` may die or be shut down; a new `C` takes its place then. */
export type Name = 'A' | 'B' | 'C';

/** A function of `run` that goes on, once it has begun, until the world ends it. */
interface Going {
  readonly monitorId: string;
  readonly run: Run<string>;
  /** Resolves with its signal when it begins. */
  readonly begun: Promise<AbortSignal>;
  /** `null` before it begins. */
  readonly signal: () => AbortSignal | null;
  readonly return: (value: string) => void;
  readonly throw: (error: Error) => void;
}

/** How many functions each runs at once. */
const PLACES: Readonly<Record<Name, number>> = { A: 1_000, B: 1, C: 2 };

/** Three monitors on one store, each with an instance of its own where the store has such, and a clock that they share. */
export class World {
  readonly clock = new FakeClock();
  readonly monitors: Record<Name, TaskMonitor>;
  /** The functions that are going on, by the id of their task. */
  readonly going = new Map<string, Going>();
  readonly log: ChangeLog;
  /** Where the log begins. */
  readonly start: Position;
  readonly store: TaskStore;
  readonly #opened: OpenedStore;
  readonly #lines: Record<Name, CutOffStore>;
  readonly #owners = new Map<string, Owner>();
  #read = 0;

  private constructor(opened: OpenedStore, stores: Record<Name, TaskStore>, log: ChangeLog) {
    this.#opened = opened;
    this.store = opened.store;
    this.log = log;
    this.start = log.start;
    this.#lines = {
      A: new CutOffStore(stores.A),
      B: new CutOffStore(stores.B),
      C: new CutOffStore(stores.C),
    };
    this.monitors = { A: this.#monitor('A'), B: this.#monitor('B'), C: this.#monitor('C') };
  }

  static async open(open: OpenTaskStore): Promise<World> {
    const opened = await open({});
    const stores = { A: opened.store, B: await opened.another(), C: await opened.another() };
    return new World(opened, stores, await ChangeLog.open(opened.store));
  }

  /** How many tasks the store has had before. */
  get tasksBefore(): number {
    return this.#opened.tasksBefore ?? 0;
  }

  placesOf(monitorId: string): number {
    const [name] = Object.entries(this.monitors).find(([, { id }]) => id === monitorId) ?? ['A'];
    return PLACES[name as Name];
  }

  async run(name: Name, options: RunOptions): Promise<void> {
    const monitor = this.monitors[name];
    let signal: AbortSignal | null = null;
    let begin: (signal: AbortSignal) => void = () => {};
    const begun = new Promise<AbortSignal>((resolve) => (begin = resolve));
    let end: Pick<Going, 'return' | 'throw'> = { return: () => {}, throw: () => {} };
    const work = new Promise<string>(
      (resolve, reject) => (end = { return: resolve, throw: reject }),
    );
    work.catch(() => {});
    const run = await monitor.run(options, (context) => {
      begin((signal = context.signal));
      return work;
    });
    this.going.set(run.task.id, {
      monitorId: monitor.id,
      run,
      begun,
      signal: () => signal,
      ...end,
    });
  }

  /** Lets a function end, and answers with what was recorded of it. */
  async endRun(id: string, how: 'returns' | 'throws' | 'stops'): Promise<Task> {
    const going = this.#goingOf(id);
    this.going.delete(id);
    if (how === 'returns') going.return('the result');
    else going.throw(how === 'throws' ? new Error('disk full') : (going.signal()?.reason as Error));
    return soon(going.run.recorded, `the end of task "${id}" to be recorded`);
  }

  /** What was recorded of a function that ended without the world. */
  async recorded(id: string): Promise<Task> {
    const { run } = this.#goingOf(id);
    this.going.delete(id);
    return soon(run.recorded, `the end of task "${id}" to be recorded`);
  }

  /** Resolves when the function of a task has begun. */
  async begun(id: string): Promise<void> {
    await soon(this.#goingOf(id).begun, `the function of task "${id}" to begin`);
  }

  /** Resolves when the function of a task was told to stop. */
  async told(id: string): Promise<void> {
    const signal = await this.#goingOf(id).begun;
    if (signal.aborted) return;
    const aborted = new Promise((resolve) =>
      signal.addEventListener('abort', resolve, { once: true }),
    );
    await soon(aborted, `the function of task "${id}" to be told to stop`);
  }

  stateOf(id: string): { readonly begun: boolean; readonly told: boolean } {
    const signal = this.#goingOf(id).signal();
    return { begun: signal !== null, told: signal?.aborted ?? false };
  }

  /** Time passes for everybody, in steps small enough that no lease runs out between two. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      const step = Math.min(STEP_MS, ms - passed);
      await this.#opened.advanceLeaseClock(step);
      // What a timer set off is done at its moment, however long the store takes.
      await this.clock.advanceAsync(step, () => this.idle());
    }
  }

  /** The process of `C` dies with all that it ran. Answers with the id that its monitor had. */
  crash(): string {
    this.#lines.C.cut();
    return this.#replaceC();
  }

  /** `C` is shut down in good order: its functions stop when they are told to. */
  async shutDown(): Promise<string> {
    const closing = this.monitors.C.close();
    for (const { signal, throw: stop } of this.#goingInC()) stop(signal()?.reason as Error);
    await soon(closing, 'C to shut down');
    return this.#replaceC();
  }

  /** The changes since it was asked last: at least as many as are expected, and all that there are. */
  async changes(expected: number): Promise<readonly Change[]> {
    for (let missing = expected; missing > 0;) {
      const read = await this.log.readPage({ limit: 100, waitMs: 30_000 });
      missing = read === 0 ? 0 : missing - read;
    }
    await this.idle();
    const changes = (await this.log.read()).slice(this.#read);
    this.#read += changes.length;
    return changes;
  }

  /** The owner that stands for a monitor in its tasks: one and the same, once it was seen. */
  ownerOf(monitorId: string, seen: Owner | null): Owner | null {
    const known = this.#owners.get(monitorId);
    if (known === undefined && seen !== null) {
      if ([...this.#owners.values()].some(({ id }) => id === seen.id)) return null;
      this.#owners.set(monitorId, seen);
    }
    return known ?? seen;
  }

  /** No call to the store is under way. */
  async idle(): Promise<void> {
    do {
      await Promise.all(Object.values(this.#lines).map((line) => line.rest()));
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (Object.values(this.#lines).some((line) => line.busy));
  }

  async end(): Promise<void> {
    for (const { return: finish } of this.going.values()) finish('the result');
    await soon(
      Promise.all(Object.values(this.monitors).map((monitor) => monitor.close())),
      'the monitors to close',
    );
    // A function that was given up and ends only now has its outcome noted without anybody waiting for it: what is emptied
    // next may be in use again by then, with a task of the same id.
    await soon(this.idle(), 'the last calls to be answered');
    await this.#opened.dispose();
  }

  #replaceC(): string {
    const { id } = this.monitors.C;
    for (const { run } of this.#goingInC()) this.going.delete(run.task.id);
    this.#lines.C = new CutOffStore(this.#lines.C.origin);
    this.monitors.C = this.#monitor('C');
    return id;
  }

  #goingOf(id: string): Going {
    const going = this.going.get(id);
    if (!going) throw new Error(`No function of task "${id}" is going on.`);
    return going;
  }

  #goingInC(): readonly Going[] {
    return [...this.going.values()].filter(({ monitorId }) => monitorId === this.monitors.C.id);
  }

  #monitor(name: Name): TaskMonitor {
    return new TaskMonitor({
      store: this.#lines[name].store,
      closeStore: false,
      clock: this.clock,
      concurrency: PLACES[name],
      retention: false,
      // The model expects each report of progress to be written.
      progressIntervalMs: 0,
      captureStacks: false,
      onError: () => {},
    });
  }
}

/** Less than what makes a search every 12 s look like a gap of 16 s. */
const STEP_MS = 2_000;

import { expectAll, expectWatched } from './check.js';
import type { FastCheck } from './fast-check.js';
import { Model } from './model.js';
import type { OpenTaskStore } from '../opened-store.js';
import { READ_STEPS } from './read-steps.js';
import { describe, it } from '../runner.js';
import { soon } from './soon.js';
import { type Name, World } from './world.js';
import { WRITE_STEPS } from './write-steps.js';

export interface ModelOptions {
  /** The fast-check library: `import * as fastCheck from 'fast-check'`. Handed in, so that this package needs none. */
  readonly fastCheck: FastCheck;
  /** How many random histories are tried. Each opens a store of its own. */
  readonly runs: number;
  /** How many go on at once: a history on a database waits for it most of the time. Default 1. */
  readonly atOnce?: number;
  /** Calls of one history at most. Default 60. */
  readonly maxSteps?: number;
  /** Tries again what failed, and nothing else. Default: other histories every time. */
  readonly replay?: Replay;
}

/** As fast-check reported them; with an empty `path` and `replayPath` all histories of the seed are tried, one at a time. */
export interface Replay {
  readonly seed: number;
  readonly path: string;
  readonly replayPath: string;
}

const STEPS = { ...WRITE_STEPS, ...READ_STEPS };

type StepName = keyof typeof STEPS;

/** How often each step is drawn. */
const WEIGHTS: Readonly<Record<StepName, number>> = {
  register: 6,
  start: 12,
  progress: 5,
  log: 3,
  complete: 7,
  fail: 4,
  cancel: 5,
  remove: 2,
  cleanup: 1,
  wrong: 1,
  run: 3,
  returns: 2,
  throws: 2,
  stops: 3,
  pass: 2,
  crash: 1,
  shutDown: 1,
  get: 1,
  list: 3,
  counts: 2,
  output: 1,
  everything: 1,
};

/**
 * Random histories of three {@link TaskMonitor}s on one store, compared call by call with a model: every answer, every error
 * code, every task, list, count and output, and that the change feed tells exactly what happened. Monitors of it die and
 * are shut down, functions stop, go on or are given up.
 *
 * @example
 * import * as fastCheck from 'fast-check';
 *
 * describeTaskMonitorModel('MyStore', openMyStore, { fastCheck, runs: 200 });
 */
export function describeTaskMonitorModel(
  name: string,
  open: OpenTaskStore,
  options: ModelOptions,
): void {
  const { fastCheck: fc, runs, maxSteps = 60, replay } = options;
  const atOnce = replay ? 1 : Math.min(runs, options.atOnce ?? 1);
  describe(`TaskMonitor on ${name}`, () => {
    it(
      `does what the model does in ${runs} histories`,
      async () => {
        const names = Object.entries(WEIGHTS).flatMap(([step, weight]) =>
          Array<StepName>(weight).fill(step as StepName),
        );
        const step = fc
          .tuple(
            fc.constantFrom(...names),
            fc.constantFrom<Name>('A', 'B', 'C'),
            fc.nat(4),
            fc.nat(999),
          )
          .map(([kind, who, task, n]) => new Step(kind, who, task, n));
        let failed: number | null = null;
        const tryHistories = (lane: number): Promise<void> =>
          fc.assert(
            fc.asyncProperty(
              fc.commands([step], {
                maxCommands: maxSteps,
                size: 'max',
                ...(replay && replay.replayPath !== '' && { replayPath: replay.replayPath }),
              }),
              async (steps) => {
                // The one that failed first is made short, and reported: nothing else matters any more.
                if (failed !== null && failed !== lane) return;
                try {
                  await tryHistory(fc, open, steps);
                } catch (error) {
                  failed ??= lane;
                  if (failed === lane) throw error;
                }
              },
            ),
            {
              numRuns: Math.floor((runs + lane) / atOnce),
              ...(replay && { seed: replay.seed, path: replay.path }),
            },
          );
        await Promise.all(Array.from({ length: atOnce }, (_, lane) => tryHistories(lane)));
      },
      60_000 + runs * MS_PER_RUN,
    );
  });
}

async function tryHistory(
  fc: FastCheck,
  open: OpenTaskStore,
  steps: Parameters<FastCheck['asyncModelRun']>[1],
): Promise<void> {
  const world = await World.open(open);
  const model = new Model(world.clock.now(), world.tasksBefore, (id) => world.placesOf(id));
  try {
    await fc.asyncModelRun(() => ({ model, real: world }), steps);
    await expectAll(model, world);
    await soon(expectWatched(world), 'a watcher to be told everything');
  } catch (error) {
    // What goes wrong with the cleaning up is not what went wrong.
    await world.end().catch(() => {});
    throw error;
  }
  await world.end();
}

/** A hundred times what a run takes in memory. */
const MS_PER_RUN = 1_000;

/** One call, as fast-check draws and shrinks it. */
class Step {
  readonly #kind: StepName;
  readonly #who: Name;
  readonly #task: number;
  readonly #n: number;

  constructor(kind: StepName, who: Name, task: number, n: number) {
    this.#kind = kind;
    this.#who = who;
    this.#task = task;
    this.#n = n;
  }

  check(model: Readonly<Model>): boolean {
    const runs = [...model.runs.byTask.values()].filter((run) => run.begun);
    if (this.#kind === 'stops') return runs.some((run) => run.told !== null);
    return (this.#kind !== 'returns' && this.#kind !== 'throws') || runs.length > 0;
  }

  async run(model: Model, world: World): Promise<void> {
    const done = STEPS[this.#kind]({
      model,
      world,
      who: this.#who,
      monitorId: world.monitors[this.#who].id,
      id: this.#idIn(model),
      n: this.#n,
    });
    await soon(done, `${this.toString()} to be done`, 120_000);
  }

  #idIn({ ids }: Readonly<Model>): string {
    return ids[ids.length - 1 - (this.#task % ids.length)] as string;
  }

  toString(): string {
    return `${this.#who}.${this.#kind}(${this.#task}, ${this.#n})`;
  }
}

import { setImmediate } from 'node:timers';
import { CutOffStore } from './cut-off-store.js';
import { FakeClock } from './fake-clock.js';
import { MemoryStore } from '../memory/memory-store.js';
import { TaskMonitor } from '../monitor.js';
import type { RunContext } from '../run-context.js';

/** Two monitors that share a store, as two processes do, and a task `task-1` that is looked at from `mine`. */
export class Scene {
  readonly clock = new FakeClock();
  readonly store = new MemoryStore({ clock: this.clock });
  readonly mine = new TaskMonitor({
    store: this.store,
    closeStore: false,
    clock: this.clock,
    concurrency: 1,
    onError: () => {},
  });
  readonly #othersLine = new CutOffStore(this.store);
  readonly other = new TaskMonitor({
    store: this.#othersLine.store,
    closeStore: false,
    clock: this.clock,
    onError: () => {},
  });
  readonly #ends: (() => void)[] = [];
  #otherIsDead = false;

  /** A function for `run` that goes on, whatever it is told, until the scene ends. */
  readonly goesOn = (): Promise<void> => new Promise((resolve) => this.#ends.push(resolve));

  /** The process of `other` dies, and after its time everybody knows. */
  async killOther(): Promise<void> {
    this.#othersLine.cut();
    this.#otherIsDead = true;
    await this.clock.advanceAsync(60_000);
  }

  /** Everything that is under way has happened. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++)
      await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async end(): Promise<void> {
    for (const end of this.#ends) end();
    await this.mine.close();
    if (!this.#otherIsDead) await this.other.close();
    await this.store.close();
  }
}

const TASK = Object.freeze({ id: 'task-1' });

/** Stops when it is told to. */
function obeys({ signal }: RunContext): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function pending({ mine }: Scene): Promise<void> {
  await mine.register(TASK);
}

async function running(scene: Scene, monitor = scene.mine): Promise<void> {
  await monitor.register(TASK);
  await monitor.start('task-1');
}

/** Every state that a task can be in, and how it gets there. */
export const LIFECYCLE_STATES = {
  pending,
  running: (scene: Scene) => running(scene),
  'running, started by another monitor': (scene) => running(scene, scene.other),

  'completed by an own call': async (scene) => {
    await running(scene);
    await scene.mine.complete('task-1');
  },
  'failed by an own call': async (scene) => {
    await running(scene);
    await scene.mine.fail('task-1', new Error('disk full'));
  },
  'failed by an own call before its start': async (scene) => {
    await pending(scene);
    await scene.mine.fail('task-1', new Error('no such video'));
  },
  'cancelled by an own call': async (scene) => {
    await running(scene);
    await scene.mine.cancel('task-1');
  },
  'cancelled before its start': async (scene) => {
    await pending(scene);
    await scene.mine.cancel('task-1');
  },
  'cancelled, a late outcome noted': async (scene) => {
    await running(scene);
    await scene.mine.cancel('task-1');
    await scene.mine.complete('task-1');
  },
  'completed by another monitor': async (scene) => {
    await running(scene);
    await scene.other.complete('task-1');
  },
  'failed by another monitor': async (scene) => {
    await running(scene);
    await scene.other.fail('task-1', new Error('disk full'));
  },
  'cancelled by another monitor': async (scene) => {
    await running(scene);
    await scene.other.cancel('task-1');
  },
  'failed: its process died': async (scene) => {
    await running(scene, scene.other);
    await scene.killOther();
  },
  'failed: its process was shut down': async (scene) => {
    await running(scene, scene.other);
    await scene.other.close();
  },

  'pending: a runner waits for a place': async ({ mine, goesOn }) => {
    await mine.run({ id: 'busy-1' }, goesOn);
    await mine.run(TASK, goesOn);
  },
  'running in a runner': async ({ mine, goesOn }) => {
    await mine.run(TASK, goesOn);
  },
  'running in a runner of another monitor': async ({ other, goesOn }) => {
    await other.run(TASK, goesOn);
  },
  'running in a runner that was told to stop': async (scene) => {
    await scene.mine.run(TASK, scene.goesOn);
    await scene.settle();
    await scene.mine.cancel('task-1');
  },
  'completed by a runner': async ({ mine }) => {
    await (
      await mine.run(TASK, () => 'done')
    ).recorded;
  },
  'failed by a runner': async ({ mine }) => {
    await (
      await mine.run(TASK, () => Promise.reject(new Error('disk full')))
    ).recorded;
  },
  'completed by a runner of another monitor': async ({ other }) => {
    await (
      await other.run(TASK, () => 'done')
    ).recorded;
  },
  'cancelled: its runner stopped': async (scene) => {
    const run = await scene.mine.run(TASK, obeys);
    await scene.settle();
    await scene.mine.cancel('task-1');
    await run.recorded;
  },
  'cancelled by force': async (scene) => {
    const run = await scene.mine.run(TASK, scene.goesOn);
    await scene.settle();
    await scene.mine.cancel('task-1');
    await scene.clock.advanceAsync(10_000);
    await run.recorded;
  },
  'failed: its time limit passed': async (scene) => {
    const run = await scene.mine.run({ ...TASK, timeoutMs: 5_000 }, obeys);
    await scene.settle();
    await scene.clock.advanceAsync(5_000);
    await run.recorded;
  },

  removed: async (scene) => {
    await running(scene);
    await scene.mine.complete('task-1');
    await scene.mine.remove('task-1');
  },
  'never registered': async () => {},
} as const satisfies Record<string, (scene: Scene) => Promise<void>>;

export type LifecycleState = keyof typeof LIFECYCLE_STATES;

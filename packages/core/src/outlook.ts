import type { Clock } from './clock.js';
import { type Eta, Estimator } from './estimate.js';
import type { Health } from './health.js';
import { HealthWatch } from './health-watch.js';
import { wrongOption } from './options.js';
import { PastDurations } from './past-durations.js';
import { Sightings } from './sightings.js';
import type { TaskStore } from './store.js';
import type { Task } from './task.js';
import type { TaskWriter } from './task-writer.js';

/** What can be told of running tasks beyond what they say. It costs nothing until somebody asks. */
export class Outlook {
  readonly #writer: TaskWriter;
  readonly #sightings: Sightings;
  readonly #estimator: Estimator;
  readonly #health: HealthWatch;

  constructor(store: TaskStore, writer: TaskWriter, clock: Clock, isLate: () => boolean) {
    const sightings = new Sightings(clock);
    const durations = new PastDurations(store, clock);
    this.#writer = writer;
    this.#sightings = sightings;
    this.#estimator = new Estimator(sightings, durations, clock);
    this.#health = new HealthWatch({ store, clock, sightings, durations, isLate });
  }

  async etas(tasks: readonly Task[]): Promise<readonly (Eta | null)[]> {
    checkTasks(tasks);
    this.#follow();
    return this.#estimator.all(tasks);
  }

  async healths(tasks: readonly Task[]): Promise<readonly (Health | null)[]> {
    checkTasks(tasks);
    this.#follow();
    return this.#health.all(tasks);
  }

  stop(): void {
    this.#health.stop();
  }

  /** From the first question on, what this process writes is seen; of the tasks of others, what is asked about. */
  #follow(): void {
    this.#writer.onWritten ??= (task) => void this.#sightings.see(task);
  }
}

function checkTasks(tasks: unknown): void {
  if (!Array.isArray(tasks)) throw wrongOption('tasks', 'an array of tasks', tasks);
  for (const task of tasks as readonly unknown[]) {
    if (!isTask(task)) throw wrongOption('task', 'a task, or the id of one', task);
  }
}

function isTask(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && 'execution' in value;
}

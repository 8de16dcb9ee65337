import type { Expected, Model } from './model.js';
import { isOver, type ModelTask } from './model-task.js';

/** A function that `run` drives: it waits for a place, begins, and goes on until a step ends it. */
export interface ModelRun {
  readonly task: ModelTask;
  readonly monitorId: string;
  readonly timeoutMs: number;
  begun: boolean;
  /** Why it was told to stop. */
  told: 'cancel' | 'timeout' | 'ended' | null;
  /** When its time is up, and then when it is given up. */
  dueAt: number;
  /** It was given up: its place is free, and its task's end does not depend on it any more. */
  givenUp: boolean;
}

/** What is expected of the functions that monitors run. */
export class ModelRuns {
  /** By the id of the task, in the order in which they were asked for. */
  readonly byTask = new Map<string, ModelRun>();
  readonly #model: Model;
  readonly #placesOf: (monitorId: string) => number;

  constructor(model: Model, placesOf: (monitorId: string) => number) {
    this.#model = model;
    this.#placesOf = placesOf;
  }

  add(task: ModelTask, monitorId: string, timeoutMs: number): void {
    const run = {
      task,
      monitorId,
      timeoutMs,
      begun: false,
      told: null,
      dueAt: Infinity,
      givenUp: false,
    };
    this.byTask.set(task.id, run);
    this.#fillPlaces(monitorId);
  }

  /** The function returns, throws, or stops because it was told to. */
  end(run: ModelRun, how: 'returns' | 'throws' | 'stops'): Expected {
    const { task, monitorId } = run;
    this.byTask.delete(task.id);
    const answer = this.#outcome(run, how);
    this.#fillPlaces(monitorId);
    return answer;
  }

  /** Tells the function of a task to stop. The first reason is the one that counts. */
  tell(task: ModelTask, why: 'cancel' | 'timeout' | 'ended'): void {
    const run = this.byTask.get(task.id);
    if (!run || run.told !== null) return;
    run.told = why;
    run.dueAt = this.#model.now + 10_000;
  }

  /** A task was ended by the monitor `by`, which knows it: the function of another is told, one that waits never begins. */
  taskEnded(task: ModelTask, by: string): void {
    const run = this.byTask.get(task.id);
    if (run?.begun === false) this.byTask.delete(task.id);
    else if (run && run.monitorId !== by) this.tell(task, 'ended');
  }

  /** Until `until` times are up, and functions that were told to stop and did not are given up. */
  pass(until: number): void {
    for (;;) {
      const [next] = [...this.byTask.values()]
        .filter((run) => !run.givenUp)
        .sort((a, b) => a.dueAt - b.dueAt);
      if (!next || next.dueAt > until) return;
      this.#model.now = next.dueAt;
      if (next.told === null) this.tell(next.task, 'timeout');
      else this.#giveUp(next);
    }
  }

  /** A monitor shuts down: its functions stop when they are told to. */
  stopAll(monitorId: string): void {
    const runs = this.drop(monitorId);
    for (const run of runs) {
      const { task } = run;
      if (run.told !== null) this.#outcome(run, 'stops');
      else if (!isOver(task)) this.#model.endAsStopped(task, 'SHUTDOWN', monitorId);
    }
  }

  /** The functions of a monitor are gone. */
  drop(monitorId: string): readonly ModelRun[] {
    const runs = [...this.byTask.values()].filter((run) => run.monitorId === monitorId);
    for (const { task } of runs) this.byTask.delete(task.id);
    return runs;
  }

  #outcome(run: ModelRun, how: 'returns' | 'throws' | 'stops'): Expected {
    const { task, monitorId } = run;
    if (how === 'returns') return this.#model.complete(task.id, monitorId, 'the result');
    if (how === 'throws') return this.#model.fail(task.id, monitorId, 'disk full');
    if (run.givenUp) return task;
    if (run.told === 'timeout') return this.#timeOut(run, TIMEOUT);
    if (!isOver(task)) return this.#model.endAsCancelled(task, monitorId, false);
    return this.#model.tasks.has(task.id) ? task : 'TASK_NOT_FOUND';
  }

  #giveUp(run: ModelRun): void {
    const { task, monitorId } = run;
    run.givenUp = true;
    if (run.told === 'timeout') this.#timeOut(run, `${TIMEOUT}, and did not stop when told to`);
    else if (!isOver(task)) this.#model.endAsCancelled(task, monitorId, true);
    this.#fillPlaces(monitorId);
  }

  #timeOut({ task, monitorId }: ModelRun, message: string): Expected {
    return this.#model.fail(task.id, monitorId, message, 'TIMEOUT');
  }

  /** Whoever waited longest begins. */
  #fillPlaces(monitorId: string): void {
    const runs = [...this.byTask.values()].filter(
      (run) => run.monitorId === monitorId && !run.givenUp,
    );
    let places = this.#placesOf(monitorId) - runs.filter((run) => run.begun).length;
    for (const run of runs) {
      if (run.begun || places-- <= 0) continue;
      run.begun = true;
      run.dueAt = this.#model.now + run.timeoutMs;
      this.#model.begin(run.task, monitorId);
    }
  }
}

const TIMEOUT = 'Did not finish within its time limit of 5000 ms';

import type { TaskMonitor } from '@task-monitor/core';
import { exampleTask, LAST_PROGRESS, PROGRESS } from './example-task.js';
import { collectGarbage, sample, type Sample } from './sample.js';

/** What it takes so many callers at the same time to do `cycles` life cycles in all, each caller one after the other. */
export async function byCallers(
  callers: number,
  cycles: number,
  lifeCycle: () => Promise<void>,
): Promise<Sample> {
  collectGarbage();
  return sample(() => all(callers, cycles, lifeCycle));
}

/**
 * The same of a program that is at work: they do as much once before, and the second time counts. Nothing is collected by
 * force: while nothing is under way that also throws away what was compiled for kinds of objects of which none is left, and a
 * back end seldom stands there.
 * `ended` is called before each time, and answers when those life cycles have ended that somebody else carries on.
 */
export async function byCallersAtWork(
  callers: number,
  cycles: number,
  lifeCycle: () => Promise<void>,
  ended: () => Promise<void> = async () => {},
): Promise<Sample> {
  const once = async (): Promise<void> => {
    const end = ended();
    await all(callers, cycles, lifeCycle);
    await end;
  };
  await once();
  return sample(once);
}

async function all(callers: number, cycles: number, lifeCycle: () => Promise<void>): Promise<void> {
  const caller = async (): Promise<void> => {
    for (let n = 0; n < cycles / callers; n++) await lifeCycle();
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

export async function lifeCycleOf(monitor: TaskMonitor): Promise<void> {
  const { id } = await monitor.register(exampleTask());
  await monitor.start(id);
  await monitor.progress(id, PROGRESS);
  await monitor.complete(id, { progress: LAST_PROGRESS });
}

/** What somebody writes who wants a table of tasks and no library. */
export interface HandWritten {
  register(task: ReturnType<typeof exampleTask>): Promise<string>;
  start(id: string): Promise<void>;
  progress(id: string, progress: string): Promise<void>;
  complete(id: string, progress: string): Promise<void>;
}

export async function lifeCycleByHand(tasks: HandWritten): Promise<void> {
  const id = await tasks.register(exampleTask());
  await tasks.start(id);
  await tasks.progress(id, PROGRESS);
  await tasks.complete(id, LAST_PROGRESS);
}

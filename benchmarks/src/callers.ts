import type { TaskMonitor } from '@task-monitor/core';
import { exampleTask, LAST_PROGRESS, PROGRESS } from './example-task.js';
import { collectGarbage, sample, type Sample } from './sample.js';

/**
 * What it takes so many callers at the same time to do `cycles` life cycles in all, each caller one after the
 * other; `ended` answers when those have ended that somebody else carries on.
 */
export async function byCallers(
  callers: number,
  cycles: number,
  lifeCycle: () => Promise<void>,
  ended?: Promise<void>,
): Promise<Sample> {
  collectGarbage();
  const caller = async (): Promise<void> => {
    for (let n = 0; n < cycles / callers; n++) await lifeCycle();
  };
  return sample(async () => {
    await Promise.all(Array.from({ length: callers }, caller));
    await ended;
  });
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

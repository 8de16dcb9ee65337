import {
  isFinished,
  type OutputLine,
  type Run,
  type Task,
  type TaskEvent,
  type TaskMonitor,
} from '@task-monitor/core';
import type { WireFullTask, WireOutputLine } from '@task-monitor/client';
import { lookAgain } from '../look-again.js';
import type { RunView } from './run-view.js';
import { taskAsSent } from './task-as-sent.js';

/** When it will end, and whether it moves, change although nothing happens. */
const LOOK_MS = 1_000;

/** Shows everything that happens to a run until it is over; resolves with how it ended. */
export async function followRun(
  monitor: TaskMonitor,
  { task: { id } }: Run<unknown>,
  events: AsyncIterable<TaskEvent>,
  view: RunView,
): Promise<Task> {
  let last: Task | null = null;
  const endLooks = lookAgain(LOOK_MS, async () => {
    if (last?.status === 'running') view.waited(await sentBy(monitor, last));
  });
  try {
    for await (const event of events) {
      if (!('task' in event) || event.task.id !== id) continue;
      const task = (last = event.task);
      const sent = await sentBy(monitor, task);
      if (event.type === 'task.output') await view.output(sent, event.lines.map(lineAsSent));
      else await view.changed(event.type, sent);
      if (isFinished(task.status)) return task;
    }
  } finally {
    await endLooks();
    await view.end();
  }
  throw new Error(`The events of ${id} ended before it did.`);
}

async function sentBy(monitor: TaskMonitor, task: Task): Promise<WireFullTask> {
  const isRunning = task.status === 'running';
  const [eta, health] = isRunning
    ? await Promise.all([monitor.estimate(task), monitor.health(task)])
    : [null, null];
  return taskAsSent(task, { eta, health }, Date.now());
}

function lineAsSent({ number, stream, text, at }: OutputLine): WireOutputLine {
  return { number, stream, text, at: new Date(at).toISOString() };
}

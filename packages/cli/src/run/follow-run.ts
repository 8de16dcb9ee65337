import {
  isFinished,
  type OutputLine,
  type Run,
  type Task,
  type TaskEvent,
  type TaskMonitor,
} from '@task-monitor/core';
import type { WireOutputLine } from '@task-monitor/client';
import type { RunView } from './run-view.js';
import { taskAsSent } from './task-as-sent.js';

/** Shows everything that happens to a run until it is over; resolves with how it ended. */
export async function followRun(
  monitor: TaskMonitor,
  { task: { id } }: Run<unknown>,
  events: AsyncIterable<TaskEvent>,
  view: RunView,
): Promise<Task> {
  try {
    for await (const event of events) {
      if (!('task' in event) || event.task.id !== id) continue;
      const { task } = event;
      const eta = task.status === 'running' ? await monitor.estimate(task) : null;
      const sent = taskAsSent(task, eta, Date.now());
      if (event.type === 'task.output') await view.output(sent, event.lines.map(lineAsSent));
      else await view.changed(event.type, sent);
      if (isFinished(task.status)) return task;
    }
  } finally {
    await view.end();
  }
  throw new Error(`The events of ${id} ended before it did.`);
}

function lineAsSent({ number, stream, text, at }: OutputLine): WireOutputLine {
  return { number, stream, text, at: new Date(at).toISOString() };
}

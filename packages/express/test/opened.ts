import { afterEach } from '@jest/globals';
import { TaskMonitor, type TaskMonitorOptions } from '@task-monitor/core';
import { EventStream } from './event-stream.js';

const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** Closes `one` when the test ends; what was opened last is closed first. */
export function closeLater<T extends { close: () => unknown }>(one: T): T {
  opened.push(one);
  return one;
}

/** A monitor until the test ends. */
export function aMonitor(options: TaskMonitorOptions = {}): TaskMonitor {
  return closeLater(new TaskMonitor(options));
}

/** A stream that is read until the test ends, at the latest. */
export async function openStream(
  port: number,
  path: string,
  headers?: Readonly<Record<string, string>>,
): Promise<EventStream> {
  return closeLater(await EventStream.open(port, path, headers));
}

import { afterEach, expect, it } from '@jest/globals';
import { type Task, TaskMonitor } from '@task-monitor/core';
import { runDemoLoad } from './demo-load.js';

const monitors: TaskMonitor[] = [];

afterEach(async () => {
  await Promise.all(monitors.splice(0).map((monitor) => monitor.close()));
});

it('keeps work of all outcomes going, with progress on the way', async () => {
  const monitor = new TaskMonitor();
  monitors.push(monitor);
  const stop = new AbortController();
  const errors: unknown[] = [];
  const load = runDemoLoad({
    monitor,
    signal: stop.signal,
    speed: 200,
    onError: (error) => errors.push(error),
  });
  const seen = new Set<string>();
  for await (const event of monitor.watch()) {
    if (event.type === 'task.progress') seen.add('progress');
    if ('task' in event && isOver(event.task)) seen.add(event.task.status);
    if (seen.size === 4) break;
  }
  stop.abort();
  await load;
  expect([...seen].sort()).toEqual(['cancelled', 'completed', 'failed', 'progress']);
  expect(errors).toEqual([]);
});

it('begins nothing more when it is told to stop', async () => {
  const monitor = new TaskMonitor();
  monitors.push(monitor);
  const stop = new AbortController();
  stop.abort();
  await runDemoLoad({ monitor, signal: stop.signal, onError: () => undefined });
  expect((await monitor.stats()).totalTasks).toBe(0);
});

function isOver({ status }: Task): boolean {
  return status !== 'pending' && status !== 'running';
}

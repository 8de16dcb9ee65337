import { afterEach, expect, it } from '@jest/globals';
import { type Task, TaskMonitor } from '@task-monitor/core';
import { runDemoLoad } from './demo-load.js';
import { findPython } from './demo-python.js';

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

it('has something of each kind among its first tasks: in line, with parts, with children, a program', async () => {
  const python = await findPython();
  const monitor = new TaskMonitor();
  monitors.push(monitor);
  const stop = new AbortController();
  const load = runDemoLoad({ monitor, signal: stop.signal, speed: 20, python, onError: fail });
  const seen = new Set<string>();
  const wanted = ['in line', 'steps', 'child', 'hangs', ...(python === null ? [] : ['program'])];
  for await (const event of monitor.watch()) {
    if (!('task' in event)) continue;
    const { task } = event;
    if (task.type === 'embed.batch' && event.type === 'task.registered') seen.add('in line');
    if ((task.progress?.steps.length ?? 0) > 0) seen.add('steps');
    if (task.execution.parent !== null) seen.add('child');
    if (task.type === 'sync.mailbox' && task.progress?.current === 31) seen.add('hangs');
    if (task.type === 'scan.python' && (task.progress?.current ?? 0) > 0) seen.add('program');
    if (wanted.every((what) => seen.has(what))) break;
  }
  stop.abort();
  await load;
  expect([...seen].sort()).toEqual([...wanted].sort());
});

it('keeps waiting what has no place yet, and gives up what hangs', async () => {
  const monitor = new TaskMonitor();
  monitors.push(monitor);
  const stop = new AbortController();
  const load = runDemoLoad({ monitor, signal: stop.signal, speed: 200, onError: fail });
  let mostRunning = 0;
  const running = new Set<string>();
  for await (const event of monitor.watch()) {
    if (!('task' in event)) continue;
    const { task } = event;
    if (task.type === 'embed.batch') {
      if (task.status === 'running') running.add(task.id);
      else running.delete(task.id);
      mostRunning = Math.max(mostRunning, running.size);
    }
    if (task.type === 'sync.mailbox' && isOver(task)) {
      expect(task.error?.code).toBe('TIMEOUT');
      break;
    }
  }
  stop.abort();
  await load;
  expect(mostRunning).toBe(2);
});

it('begins nothing more when it is told to stop', async () => {
  const monitor = new TaskMonitor();
  monitors.push(monitor);
  const stop = new AbortController();
  stop.abort();
  await runDemoLoad({ monitor, signal: stop.signal, onError: () => undefined });
  expect((await monitor.stats()).totalTasks).toBe(0);
});

function fail(error: unknown): never {
  throw error;
}

function isOver({ status }: Task): boolean {
  return status !== 'pending' && status !== 'running';
}

import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { Run, Task, TaskMonitor } from '@task-monitor/core';

/** A command that runs `script` with Node. `console.log` and the modules `fs` and `child_process` are at hand. */
export function node(script: string, ...args: readonly string[]): string[] {
  return [process.execPath, '-e', script, ...args];
}

export function python(script: string): string[] {
  return ['python3', '-c', script];
}

/** The task as soon as `isSo` holds for it; rejects if it ends before. */
export async function until(
  monitor: TaskMonitor,
  { task: { id } }: Run<unknown>,
  isSo: (task: Task) => boolean,
): Promise<Task> {
  for await (const event of monitor.watch({ taskId: id })) {
    if ('task' in event && isSo(event.task)) return event.task;
  }
  throw new Error(`Task "${id}" ended before: ${JSON.stringify(await monitor.get(id))}`);
}

/** Waits for the child's message to match, and returns the match. */
export async function message(
  monitor: TaskMonitor,
  run: Run<unknown>,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  const task = await until(monitor, run, ({ progress }) => pattern.test(progress?.message ?? ''));
  return pattern.exec(task.progress?.message ?? '') as RegExpExecArray;
}

/** The kept lines of a task's output. */
export async function outputOf(
  monitor: TaskMonitor,
  { task: { id } }: Run<unknown>,
  stream: 'stdout' | 'stderr' | 'log' = 'stdout',
): Promise<string[]> {
  const { lines } = await monitor.output(id);
  return lines.filter((line) => line.stream === stream).map((line) => line.text);
}

/** Whether a process lives: one that ended and waits for being collected does not. */
export function isRunning(pid: number): boolean {
  return !/^[ZX]?$/.test(stateOf(pid));
}

/** Resolves when SIGSTOP has stopped a process. */
export async function stoppedBySignal(pid: number): Promise<void> {
  while (stateOf(pid) !== 'T') await turn();
}

/** The letter by which Linux tells what a process does; empty if there is none: proc_pid_stat(5). */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return '';
  }
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

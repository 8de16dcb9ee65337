import express from 'express';
import { TaskApiError, TaskClient } from '@task-monitor/client';
import { TaskMonitor } from '@task-monitor/core';
import { dashboard } from '@task-monitor/dashboard';
import { taskRouter } from '@task-monitor/express';
import { SqliteStore } from '@task-monitor/store-sqlite';

export async function completed(): Promise<number> {
  const monitor = new TaskMonitor();
  const task = await monitor.register({ command: ['x'] });
  express().use('/tasks', taskRouter(monitor, { dashboard }));
  await monitor.start(task.id);
  return (await monitor.stats()).completedTasks;
}

export async function durable(): Promise<TaskMonitor> {
  return new TaskMonitor({ store: await SqliteStore.open({ path: 'tasks.db' }) });
}

export async function percentOf(id: string): Promise<number | null> {
  const client = new TaskClient('https://example.com/tasks');
  try {
    for await (const event of client.watch(id)) if ('task' in event) return event.task.percent;
    const { percent } = await client.task(id, { view: 'full' });
    return percent;
  } catch (error) {
    if (error instanceof TaskApiError && error.code === 'TASK_NOT_FOUND') return null;
    throw error;
  }
}

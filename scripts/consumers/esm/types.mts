import express from 'express';
import { TaskMonitor } from '@task-monitor/core';
import { taskRouter } from '@task-monitor/express';
import { SqliteStore } from '@task-monitor/store-sqlite';

export async function completed(): Promise<number> {
  const monitor = new TaskMonitor();
  const task = await monitor.register({ command: ['x'] });
  express().use('/tasks', taskRouter(monitor));
  await monitor.start(task.id);
  return (await monitor.stats()).completedTasks;
}

export async function durable(): Promise<TaskMonitor> {
  return new TaskMonitor({ store: await SqliteStore.open({ path: 'tasks.db' }) });
}

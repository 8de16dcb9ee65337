import express = require('express');
import client = require('@task-monitor/client');
import core = require('@task-monitor/core');
import page = require('@task-monitor/dashboard');
import router = require('@task-monitor/express');
import sqlite = require('@task-monitor/store-sqlite');

export async function completed(): Promise<number> {
  const monitor = new core.TaskMonitor();
  const task = await monitor.register({ command: ['x'] });
  express().use('/tasks', router.taskRouter(monitor, { dashboard: page.dashboard }));
  await monitor.start(task.id);
  return (await monitor.stats()).completedTasks;
}

export async function durable(): Promise<core.TaskMonitor> {
  return new core.TaskMonitor({ store: await sqlite.SqliteStore.open({ path: 'tasks.db' }) });
}

export async function percentOf(id: string): Promise<number | null> {
  const tasks = new client.TaskClient('https://example.com/tasks');
  try {
    for await (const event of tasks.watch(id)) if ('task' in event) return event.task.percent;
    const { percent } = await tasks.task(id, { view: 'full' });
    return percent;
  } catch (error) {
    if (error instanceof client.TaskApiError && error.code === 'TASK_NOT_FOUND') return null;
    throw error;
  }
}

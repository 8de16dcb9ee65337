import express = require('express');
import core = require('@task-monitor/core');
import router = require('@task-monitor/express');
import sqlite = require('@task-monitor/store-sqlite');

export async function completed(): Promise<number> {
  const monitor = new core.TaskMonitor();
  const task = await monitor.register({ command: ['x'] });
  express().use('/tasks', router.taskRouter(monitor));
  await monitor.start(task.id);
  return (await monitor.stats()).completedTasks;
}

export async function durable(): Promise<core.TaskMonitor> {
  return new core.TaskMonitor({ store: await sqlite.SqliteStore.open({ path: 'tasks.db' }) });
}

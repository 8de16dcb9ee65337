// Names that a snippet in the documents may use without declaring them.
import type { TaskMonitor } from '@task-monitor/core';
import type { Express } from 'express';

declare global {
  const monitor: TaskMonitor;
  const app: Express;
}

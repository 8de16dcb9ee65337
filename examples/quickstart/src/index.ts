import express from 'express';
import { TaskMonitor } from '@task-monitor/core';
import { taskRouter } from '@task-monitor/express';

const monitor = new TaskMonitor();
const app = express();
app.use('/tasks', taskRouter(monitor)).listen(process.env.PORT ?? 3000);

await monitor.run({ type: 'ingest' }, async ({ progress }) => {
  for (let current = 1; current <= 40; current++) {
    await progress({ current, total: 40, unit: 'segments' });
    await new Promise((done) => setTimeout(done, 250)); // your work
  }
});

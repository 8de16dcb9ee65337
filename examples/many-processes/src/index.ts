import type { AddressInfo } from 'node:net';
import express from 'express';
import { closeOnSignals, TaskMonitor } from '@task-monitor/core';
import { taskRouter } from '@task-monitor/express';
import { openStore } from './database.js';

/** An API process: it runs no task, and shows and cancels those of all workers. */
const monitor = new TaskMonitor({ store: await openStore() });
closeOnSignals(monitor);

const app = express();
app.use('/tasks', taskRouter(monitor));
app.post('/ingest/:id/cancel', async (req, res) => {
  const { status } = await monitor.cancel(req.params.id, { by: `API process ${process.pid}` });
  res.status(202).json({ status });
});
const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

import { TaskMonitor } from '@task-monitor/core';
import express from 'express';
import request from 'supertest';
import { taskRouter } from './task-router.js';

describe('taskRouter', () => {
  let monitor: TaskMonitor;
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(() => monitor.close());

  it('serves the tasks of its monitor below the path that it is mounted at', async () => {
    const app = express().use('/tasks', taskRouter(monitor));
    const { id } = await monitor.register({
      command: ['python', '-m', 'worker'],
      metadata: { videos: ['dQw4w9WgXcQ'] },
    });
    await monitor.start(id);
    await monitor.progress(id, 'Processing video segments...');
    await request(app).get('/tasks/count/running').expect(200, { running_tasks: 1 });
    const { body } = await request(app)
      .get(`/tasks/${id}`)
      .expect(200)
      .expect('Content-Type', /^application\/json/);
    expect(body).toMatchObject({
      task_id: id,
      command: ['python', '-m', 'worker'],
      status: 'running',
      progress: 'Processing video segments...',
      metadata: { videos: ['dQw4w9WgXcQ'] },
    });
  });

  it('answers every path below it and leaves the others to the application', async () => {
    const app = express()
      .use('/tasks', taskRouter(monitor))
      .use((_req, res) => res.status(418).end());
    await request(app).get('/tasks/nothing/here').expect(404);
    await request(app).get('/elsewhere').expect(418);
  });

  it('hands to the application what the answer itself throws', async () => {
    const failures: unknown[] = [];
    const app = express()
      .use((_req, res, next) => {
        res.writeHead = () => {
          throw new Error('the socket is gone');
        };
        next();
      })
      .use('/tasks', taskRouter(monitor))
      .use(((error: unknown, _req, res, _next) => {
        failures.push(error);
        res.destroy();
      }) satisfies express.ErrorRequestHandler);
    await expect(request(app).get('/tasks/stats')).rejects.toThrow();
    expect(failures).toEqual([new Error('the socket is gone')]);
  });
});

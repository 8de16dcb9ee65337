import type { TaskMonitor } from '@task-monitor/core';
import type { PostgresServer } from '../../packages/store-postgres/test/postgres-server.js';
import { Redis } from 'ioredis';
import type { BullmqTasks } from './bullmq-tasks.js';
import { lifeCycleOf } from './callers.js';
import { exampleTask, PROGRESS } from './example-task.js';

/** Of a hundred tasks one is pending, one runs, eight failed. */
export async function aHundredTasks(monitor: TaskMonitor): Promise<void> {
  for (let n = 0; n < 8; n++) {
    const { id } = await monitor.register(exampleTask());
    await monitor.start(id);
    await monitor.progress(id, PROGRESS);
    await monitor.fail(id, 'The file is empty.');
  }
  for (let n = 0; n < 90; n++) await lifeCycleOf(monitor);
  const { id } = await monitor.register(exampleTask());
  await monitor.start(id);
  await monitor.register(exampleTask());
}

/** The same in a queue. */
export async function aHundredJobs(tasks: BullmqTasks): Promise<void> {
  await tasks.work(8, 'ingest-nothing');
  await tasks.work(90);
  await tasks.leaveTwo();
}

/** Makes of the hundred tasks in a database `times` a hundred, with ids of their own, as if they had been made so. */
export async function multiplyTasks(
  server: PostgresServer,
  database: string,
  times: number,
): Promise<void> {
  await server.query(
    `
    INSERT INTO task_monitor.tasks (id, number, version, status, type, parent, owner, completed_at,
        cancel_requested, position, made, state, result)
      SELECT c.id, t.number + 100 * n, t.version, t.status, t.type, t.parent, t.owner,
          t.completed_at + n, t.cancel_requested, t.position,
          replace(t.made::text, t.id, c.id)::json, t.state, t.result
        FROM generate_series(1, ${times - 1}) n
        CROSS JOIN task_monitor.tasks t
        CROSS JOIN LATERAL (SELECT gen_random_uuid()::text AS id WHERE t.number + n > 0) c
        ORDER BY n, t.number;
    UPDATE task_monitor.counts SET pending = pending * ${times}, running = running * ${times},
      completed = completed * ${times}, failed = failed * ${times};
    UPDATE task_monitor.meta SET number = number * ${times};
    ANALYZE`,
    [],
    database,
  );
}

/** The same with the hundred jobs of a queue. */
export async function multiplyJobs(port: number, queue: string, times: number): Promise<void> {
  const redis = new Redis({ port, host: '127.0.0.1' });
  try {
    // A script keeps everybody else waiting, so each makes a thousand.
    for (let first = 1; first < times; first += 10)
      await redis.eval(MULTIPLY, 0, `bull:${queue}:`, first, Math.min(first + 9, times - 1));
  } finally {
    redis.disconnect();
  }
}

const MULTIPLY = `
  local prefix, first, last = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
  local waits = redis.call('LINDEX', prefix .. 'wait', -1)
  local runs = redis.call('LINDEX', prefix .. 'active', -1)
  for n = first, last do
    for id = 1, 100 do
      local copy = tostring(id + 100 * n)
      redis.call('COPY', prefix .. id, prefix .. copy)
      local completedAt = redis.call('ZSCORE', prefix .. 'completed', id)
      local failedAt = redis.call('ZSCORE', prefix .. 'failed', id)
      if completedAt then
        redis.call('ZADD', prefix .. 'completed', completedAt + n, copy)
      elseif failedAt then
        redis.call('ZADD', prefix .. 'failed', failedAt + n, copy)
      elseif tostring(id) == waits then
        redis.call('LPUSH', prefix .. 'wait', copy)
      elseif tostring(id) == runs then
        redis.call('LPUSH', prefix .. 'active', copy)
      end
    end
  end`;

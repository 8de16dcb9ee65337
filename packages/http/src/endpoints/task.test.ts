import { TaskMonitor } from '@task-monitor/core';
import { bodyOf, serve } from '../../test/served.js';
import type { WireProblem } from '../problem.js';

describe('task', () => {
  it('is not found by an id that is not kept, or that is none', async () => {
    const served = await serve(new TaskMonitor());
    const detailOf = async (path: string) => (await bodyOf<WireProblem>(served.get(path))).detail;
    expect(await detailOf('/task-1')).toBe('Task not found: task-1');
    expect(await detailOf('/..%2fpasswd')).toBe('Task not found: ../passwd');
    expect(await detailOf(`/${'1'.repeat(10_000)}`)).toHaveLength(16 + 128);
    expect((await served.get('/%E0%A4%A')).status).toBe(400);
  });

  it('is what the monitor knows of it', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1', command: ['ingest'], metadata: { a: 1 } });
    const { get } = await serve(monitor);
    expect(JSON.parse((await get('/task%2D1?view=documented')).body)).toEqual({
      task_id: 'task-1',
      command: ['ingest'],
      status: 'pending',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      started_at: null,
      completed_at: null,
      error_message: null,
      progress: null,
      metadata: { a: 1 },
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { TaskMonitor } from '@task-monitor/core';
import type { TaskRouterOptions } from '../src/index.js';
import type { Client } from './client.js';
import {
  completeIngest,
  documentedMonitor,
  documentedStatistics,
  INGEST_ID,
  pendingTemporal,
  runningIngest,
} from './documented-tasks.js';

export type Open = (monitor: TaskMonitor, options?: TaskRouterOptions) => Promise<Client>;

const RUNNING = {
  task_id: '550e8400-e29b-41d4-a716-446655440000',
  command: ['python', '-m', 'src.worker.ingest_worker', '--videos', 'dQw4w9WgXcQ'],
  status: 'running',
  created_at: '2024-01-15T10:30:15',
  started_at: '2024-01-15T10:30:16',
  completed_at: null,
  error_message: null,
  progress: 'Processing video segments...',
  metadata: { videos: ['dQw4w9WgXcQ'], request_type: 'ingest' },
};

/** What the documentation shows, byte by byte; key order is that of the documented examples. */
export function describeContract(name: string, open: Open): void {
  describe(`the documented API: ${name}`, () => {
    it('answers /stats as documented', async () => {
      const { monitor } = documentedMonitor();
      await documentedStatistics(monitor);
      const { status, headers, body } = await (await open(monitor)).get('/stats');
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(body).toBe(
        '{"total_tasks":15,"running_tasks":2,"pending_tasks":1,"completed_tasks":10,"failed_tasks":2,"success_rate":83.33}',
      );
    });

    it('answers /count/running as documented', async () => {
      const { monitor } = documentedMonitor();
      await documentedStatistics(monitor);
      expect((await (await open(monitor)).get('/count/running')).body).toBe('{"running_tasks":2}');
    });

    it('answers /running as documented', async () => {
      const { monitor, clock } = documentedMonitor();
      await runningIngest(monitor, clock);
      await pendingTemporal(monitor, clock);
      const client = await open(monitor, { timestamps: 'documented' });
      expect((await client.get('/running')).body).toBe(
        JSON.stringify({ tasks: [RUNNING], total_count: 1 }),
      );
    });

    it('answers /pending as documented', async () => {
      const { monitor, clock } = documentedMonitor();
      await runningIngest(monitor, clock);
      await pendingTemporal(monitor, clock);
      const client = await open(monitor, { timestamps: 'documented' });
      const pending = {
        task_id: '550e8400-e29b-41d4-a716-446655440001',
        command: ['background_video_processing', '--videos', '9bZkp7q19f0'],
        status: 'pending',
        created_at: '2024-01-15T10:35:20',
        started_at: null,
        completed_at: null,
        error_message: null,
        progress: null,
        metadata: { video_ids: ['9bZkp7q19f0'], request_type: 'temporal_video_ingest' },
      };
      expect((await client.get('/pending')).body).toBe(
        JSON.stringify({ tasks: [pending], total_count: 1 }),
      );
    });

    it('answers /all as documented', async () => {
      const { monitor, clock } = documentedMonitor();
      await runningIngest(monitor, clock);
      await completeIngest(monitor, clock);
      const client = await open(monitor, { timestamps: 'documented' });
      const completed = {
        ...RUNNING,
        status: 'completed',
        completed_at: '2024-01-15T10:32:45',
        progress: 'Task completed successfully',
      };
      expect((await client.get('/all')).body).toBe(
        JSON.stringify({ tasks: [completed], total_count: 1 }),
      );
    });

    it('answers /{task_id} as documented', async () => {
      const { monitor, clock } = documentedMonitor();
      await runningIngest(monitor, clock);
      const client = await open(monitor, { timestamps: 'documented' });
      expect((await client.get(`/${INGEST_ID}`)).body).toBe(JSON.stringify(RUNNING));
    });

    it('answers /cleanup as documented', async () => {
      const { monitor, clock } = documentedMonitor();
      for (const id of ['old-1', 'old-2', 'old-3', 'old-4', 'old-5', 'new-6', 'active-7']) {
        if (id === 'new-6') clock.jumpWall(8 * 86_400_000);
        await monitor.register({ id });
        if (id !== 'active-7') await monitor.cancel(id);
      }
      const client = await open(monitor);
      expect((await client.delete('/cleanup?days=7')).body).toBe('{"cleaned_tasks":5,"days":7}');
      expect((await client.delete('/cleanup')).body).toBe('{"cleaned_tasks":0,"days":7}');
      expect((await monitor.list()).tasks.map((task) => task.id)).toEqual(['active-7', 'new-6']);
    });

    it('writes instants as RFC 3339 UTC unless told otherwise', async () => {
      const { monitor, clock } = documentedMonitor();
      await runningIngest(monitor, clock);
      expect((await (await open(monitor)).get(`/${INGEST_ID}`)).body).toBe(
        JSON.stringify({
          ...RUNNING,
          created_at: '2024-01-15T10:30:15.000Z',
          started_at: '2024-01-15T10:30:16.000Z',
        }),
      );
    });

    it('says 404 for an unknown task', async () => {
      const { monitor } = documentedMonitor();
      const { status, headers, body } = await (await open(monitor)).get(`/${INGEST_ID}`);
      expect(status).toBe(404);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(body).toBe(
        `{"type":"about:blank","title":"Not Found","status":404,"detail":"Task not found: ${INGEST_ID}","code":"TASK_NOT_FOUND"}`,
      );
    });
  });
}

import { TaskMonitor } from '@task-monitor/core';
import type { TaskRouterOptions } from '@task-monitor/express';
import { closeLater } from '../../client/test/task-server.js';
import { servedPage } from './opened-page.js';

export interface Story {
  readonly monitor: TaskMonitor;
  readonly url: string;
}

/** The page over tasks of every kind: running with steps, output and parts, waiting, and ended in every way. */
export async function servedStory(options: TaskRouterOptions = {}): Promise<Story> {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  await runningVideo(monitor);
  await failedBatch(monitor);
  const done = await monitor.register({
    id: 'paper-3',
    type: 'ocr.pdf',
    name: 'Annual report 2025',
  });
  await monitor.start(done.id);
  await monitor.complete(done.id, {
    result: { pages: 48 },
    progress: { current: 48, total: 48, unit: 'pages' },
  });
  await monitor.register({ id: 'sync-4', type: 'sync.drive', name: 'Folder of ada' });
  const stopped = await monitor.register({
    id: 'sync-5',
    type: 'sync.drive',
    name: 'Folder of grace',
  });
  await monitor.start(stopped.id);
  await monitor.cancel(stopped.id, { reason: 'A newer version was uploaded', by: 'ada' });
  return { monitor, url: (await servedPage(monitor, options)).url };
}

async function runningVideo(monitor: TaskMonitor): Promise<void> {
  let isThere: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (isThere = resolve));
  await monitor.run(
    {
      id: 'video-1',
      type: 'ingest.video',
      name: 'Keynote: the year in review',
      command: ['python', '-m', 'worker.ingest', '--video', 'v-1'],
      tags: ['tenant:acme'],
      metadata: { document: 'doc-1', bytes: 81_000_000 },
      steps: { download: 1, transcribe: 5, embed: 2 },
    },
    async ({ step, log, signal }) => {
      await step('download', async ({ progress }) =>
        progress({ current: 81, total: 81, unit: 'MB' }),
      );
      await log(['found 120 segments', { stream: 'stderr', text: 'warning: no chapters' }]);
      await step('transcribe', async ({ progress }) => {
        await progress({ current: 40, total: 120, unit: 'segments' });
        isThere();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        signal.throwIfAborted();
      });
    },
  );
  await reached;
  for (const [id, isOver] of [
    ['shard-1', true],
    ['shard-2', false],
  ] as const) {
    await monitor.register({ id, type: 'shard', name: `Part ${id}`, parentId: 'video-1' });
    await monitor.start(id);
    if (isOver) await monitor.complete(id);
  }
}

async function failedBatch(monitor: TaskMonitor): Promise<void> {
  await monitor.register({ id: 'batch-2', type: 'embed.batch', name: 'Batch 2' });
  await monitor.start('batch-2');
  await monitor.progress('batch-2', { current: 300, total: 900, unit: 'chunks' });
  await monitor.fail('batch-2', new Error('No answer from the embedding service within 30 s'));
}

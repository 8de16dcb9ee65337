import express, { type Express, type Response } from 'express';
import type { Task, TaskMonitor } from '@task-monitor/core';
import { dashboard } from '@task-monitor/dashboard';
import { taskRouter } from '@task-monitor/express';
import { runCommand } from '@task-monitor/process';
import { readIdempotencyKey, requestTag } from './idempotency-key.js';
import { videosInWords } from './videos-in-words.js';
import type { KnowledgeBase } from './knowledge-base.js';
import { problemHandler, sendProblem } from './problem.js';
import { RequestFields } from './request-fields.js';
import { ingestTemporally } from './temporal-ingest.js';

export interface BackendOptions {
  readonly monitor: TaskMonitor;
  readonly knowledge: KnowledgeBase;
  /** Where captions and containers lie. */
  readonly mediaDir: string;
  /** Where the worker writes what it found. */
  readonly resultsDir: string;
  /** The built ingest worker, run by this Node. */
  readonly workerFile: string;
  /** Milliseconds of rest per segment, so that a demonstration can be watched. Default 0. */
  readonly paceMs?: number;
  /** Told of failures that no answer may show. Default: `console.error`. */
  readonly log?: (error: unknown) => void;
}

/** The host application: an Express back end that ingests videos in the background, with the monitor mounted in it. */
export function createBackend(options: BackendOptions): Express {
  const { monitor, knowledge, log = console.error } = options;
  const app = express();
  app.disable('x-powered-by');
  const tasks = taskRouter(monitor, { dashboard });
  app.use('/tasks', tasks);
  app.use(express.json({ limit: '100kb' }));

  app.post('/ingest', async (req, res) => {
    const fields = new RequestFields(req.body);
    const videos = fields.videoIds('videos');
    fields.check();
    const task = await startWorker(options, videos, readIdempotencyKey(req.get('idempotency-key')));
    if (task === null) return sendProblem(res, 422, 'Unprocessable Content', KEY_REUSED);
    // Who says how it prefers to be answered gets more than the documented answer.
    if (req.get('prefer') === undefined) answerQueued(res, task);
    else await tasks.accepted(res, task);
  });

  app.post('/temporal/ingest-video', async (req, res) => {
    const fields = new RequestFields(req.body);
    const videoIds = fields.videoIds('video_ids');
    const processSegments = fields.boolean('process_segments', true);
    const segmentDuration = fields.number('segment_duration', 30, 1, 3_600);
    fields.check();
    answerQueued(
      res,
      await ingestTemporally(options, { videoIds, processSegments, segmentDuration }),
    );
  });

  app.get('/search', async (req, res) => {
    const fields = new RequestFields(req.query);
    const query = fields.text('query', 500);
    const k = fields.integerText('k', 5, 1, 50);
    fields.check();
    const results = await knowledge.search(query, k);
    res.json({ query, k, results });
  });

  app.get('/graph', async (_req, res) => res.json(await knowledge.graph()));

  app.get('/entities', async (_req, res) => res.json({ entities: await knowledge.entities() }));

  app.use((req, res) =>
    sendProblem(res, 404, 'Not Found', `Nothing is at ${req.method} ${req.path}.`),
  );
  app.use(problemHandler(log));
  return app;
}

const KEY_REUSED =
  'This Idempotency-Key came with other videos before. Send the same videos, or a new key.';

/**
 * A worker process for these videos, as one task; what it wrote is searchable from then on. With a `key` that came before
 * it is the task of then, or `null` if that was for other videos.
 */
async function startWorker(
  options: BackendOptions,
  videos: readonly string[],
  key: string | null,
): Promise<Task | null> {
  const { monitor, knowledge, mediaDir, resultsDir, workerFile, paceMs = 0 } = options;
  const tag = requestTag(videos);
  const run = await runCommand(monitor, [process.execPath, workerFile, '--videos', ...videos], {
    type: 'ingest',
    name: videosInWords(videos),
    metadata: { videos, request_type: 'ingest' },
    ...(key !== null && { idempotencyKey: `ingest ${key}`, tags: [tag] }),
    env: { MEDIA_DIR: mediaDir, RESULTS_DIR: resultsDir, INGEST_PACE_MS: String(paceMs) },
  });
  if (key !== null && !run.task.tags.includes(tag)) return null;
  // Also when it failed: one bad video of five leaves four that were read.
  const index = (): void => knowledge.reload(videos);
  run.recorded.then(index, index);
  return run.task;
}

/** The documented answer to both ingest requests. */
function answerQueued(res: Response, task: Task): void {
  res.json({
    status: 'queued',
    task_id: task.id,
    cmd: task.command,
    message: `Background task queued with ID: ${task.id}`,
  });
}

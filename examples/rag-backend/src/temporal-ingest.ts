import type { RunContext, Task, TaskMonitor } from '@task-monitor/core';
import { ingestVideo } from './ingest-video.js';
import type { KnowledgeBase } from './knowledge-base.js';
import { videosInWords } from './videos-in-words.js';

export interface TemporalIngest {
  readonly videoIds: readonly string[];
  /** Whether videos are cut into segments at all, or kept as one each. */
  readonly processSegments: boolean;
  /** Seconds. */
  readonly segmentDuration: number;
}

interface TemporalIngestSetting {
  readonly monitor: TaskMonitor;
  readonly knowledge: KnowledgeBase;
  readonly mediaDir: string;
  readonly resultsDir: string;
  readonly paceMs?: number;
}

/** Ingests videos inside this process: one task for the request, and one below it for each video. */
export async function ingestTemporally(
  setting: TemporalIngestSetting,
  request: TemporalIngest,
): Promise<Task> {
  const { videoIds, processSegments, segmentDuration } = request;
  const run = await setting.monitor.run(
    {
      type: 'temporal_video_ingest',
      name: videosInWords(videoIds),
      command: ['background_video_processing', '--videos', ...videoIds],
      metadata: {
        video_ids: videoIds,
        process_segments: processSegments,
        segment_duration: segmentDuration,
        request_type: 'temporal_video_ingest',
      },
    },
    (context) => ingestAll(setting, request, context),
  );
  return run.task;
}

async function ingestAll(
  setting: TemporalIngestSetting,
  request: TemporalIngest,
  { progress, signal }: RunContext,
): Promise<{ readonly videos: number; readonly segments: number }> {
  const { videoIds } = request;
  const total = videoIds.length;
  const failures: unknown[] = [];
  let segments = 0;
  for (const [index, id] of videoIds.entries()) {
    signal.throwIfAborted();
    void progress({
      message: `Processing video ${index + 1}/${total}: ${id}`,
      current: index,
      total,
      unit: 'videos',
    });
    try {
      segments += await ingestOne(setting, request, id, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `${failures.length} of ${total} videos failed: ${failures.map(messageOf).join(' ')}`,
    );
  }
  void progress({ message: 'Task completed successfully', current: total });
  return { videos: total, segments };
}

/** The video as a task of its own, linked to the one that runs; returns how many segments it has. */
async function ingestOne(
  { monitor, knowledge, mediaDir, resultsDir, paceMs = 0 }: TemporalIngestSetting,
  { processSegments, segmentDuration }: TemporalIngest,
  id: string,
  signal: AbortSignal,
): Promise<number> {
  const run = await monitor.run(
    {
      type: 'temporal_video',
      name: id,
      command: ['process_video', id],
      metadata: { video_id: id },
      signal,
    },
    async (context) => {
      const video = await ingestVideo(id, {
        mediaDir,
        resultsDir,
        segmentSeconds: processSegments ? segmentDuration : Infinity,
        paceMs,
        onProgress: (update) => void context.progress(update),
        signal: context.signal,
      });
      knowledge.reload([id]);
      return { segments: video.segments.length };
    },
  );
  return (await run.finished).segments;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { TaskMonitor, type TaskStore } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';

export const INGEST_ID = '550e8400-e29b-41d4-a716-446655440000';
const TEMPORAL_ID = '550e8400-e29b-41d4-a716-446655440001';
const INGEST = {
  id: INGEST_ID,
  type: 'ingest',
  command: ['python', '-m', 'src.worker.ingest_worker', '--videos', 'dQw4w9WgXcQ'],
  metadata: { videos: ['dQw4w9WgXcQ'], request_type: 'ingest' },
};

/** A monitor whose clock stands at the creation of the documented task. */
export function documentedMonitor(store?: TaskStore): { monitor: TaskMonitor; clock: FakeClock } {
  const clock = new FakeClock(Date.UTC(2024, 0, 15, 10, 30, 15));
  return {
    monitor: new TaskMonitor({ clock, captureStacks: false, ...(store && { store }) }),
    clock,
  };
}

/** The running task of the documentation. */
export async function runningIngest(monitor: TaskMonitor, clock: FakeClock): Promise<void> {
  await monitor.register(INGEST);
  clock.jumpWall(1_000);
  await monitor.start(INGEST_ID);
  await monitor.progress(INGEST_ID, 'Processing video segments...');
}

/** Its end, as documented for `/all`. */
export async function completeIngest(monitor: TaskMonitor, clock: FakeClock): Promise<void> {
  clock.jumpWall(149_000);
  await monitor.complete(INGEST_ID, { progress: 'Task completed successfully' });
}

/** The pending task of the documentation. */
export async function pendingTemporal(monitor: TaskMonitor, clock: FakeClock): Promise<void> {
  clock.jumpWall(Date.UTC(2024, 0, 15, 10, 35, 20) - clock.now());
  await monitor.register({
    id: TEMPORAL_ID,
    command: ['background_video_processing', '--videos', '9bZkp7q19f0'],
    metadata: { video_ids: ['9bZkp7q19f0'], request_type: 'temporal_video_ingest' },
  });
}

/** The 15 tasks of the documented statistics: 10 completed, 2 failed, 2 running, 1 pending. */
export async function documentedStatistics(monitor: TaskMonitor): Promise<void> {
  for (let number = 1; number <= 15; number++) {
    const { id } = await monitor.register({ id: `task-${number}` });
    if (number === 15) continue;
    await monitor.start(id);
    if (number <= 10) await monitor.complete(id);
    else if (number <= 12) await monitor.fail(id, new Error(`No captions in video ${number}.`));
  }
}

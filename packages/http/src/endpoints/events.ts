import { isFinished, isTaskMonitorError, type Task, type TaskMonitor } from '@task-monitor/core';
import { outlooks } from '../outlook.js';
import type { Reply } from '../reply.js';
import { Audience } from '../stream/audience.js';
import { eventText } from '../stream/frame.js';
import type { Mark } from '../stream/mark.js';
import type { Snapshot } from '../stream/snapshot-cache.js';
import { END_PREFIX, StreamClient } from '../stream/stream-client.js';
import type { StreamStart } from '../stream/stream-hub.js';
import { asked } from './asked.js';
import type { Call } from './call.js';
import { fullPage, listOptions } from './page.js';
import { wireStats } from './stats.js';

/** All tasks that are asked for and may be seen. */
export async function events(call: Call<'events'>): Promise<Reply> {
  const { monitor, query, scope, streams } = call;
  const { filter, q } = asked(query, scope);
  const audience = new Audience({
    taskId: null,
    ...asked({ ...query, status: null }, {}),
    scope,
    withOutput: query.output,
  });
  // The statistics are of all that may be seen.
  const key = JSON.stringify([scope, filter, q, query.limit]);
  const make = async (mark: Mark): Promise<Snapshot> => {
    const [page, stats] = await Promise.all([
      monitor.list({
        ...listOptions(filter),
        order: 'newest',
        limit: query.limit,
        ...(q !== null && { q }),
      }),
      monitor.stats(scope),
    ]);
    const { fields } = await fullPage(call, page);
    const data = `{"stats":${JSON.stringify(wireStats(stats))},${fields}}`;
    return { mark, bytes: snapshotBytes(data, mark), isEnd: false, tasks: page.tasks };
  };
  const snapshot = (): Promise<Snapshot> => streams.recent(key, make);
  return stream(call, audience, { snapshot, isOver: false });
}

/** One task, until it is over. */
export async function taskEvents(call: Call<'taskEvents'>): Promise<Reply> {
  const { monitor, query, scope, streams, texts, task } = call;
  const audience = new Audience({
    taskId: task.id,
    filter: {},
    search: null,
    scope,
    withOutput: query.output,
  });
  const snapshot = async (): Promise<Snapshot> => {
    const mark = streams.mark();
    const current = await whileKept(monitor, task);
    const shown = current ?? task;
    const [outlook] = await outlooks(monitor, [shown]);
    const { text } = texts.full(shown, { now: Date.now(), outlook });
    // Removed since it was found: it was over, and this is the last that was known of it.
    const isEnd = current === null || isFinished(current.status);
    return { mark, bytes: snapshotBytes(`{"task":${text}}`, mark), isEnd, tasks: [shown] };
  };
  return stream(call, audience, { snapshot, isOver: isFinished(task.status) });
}

async function stream(
  {
    req,
    query,
    streams,
  }: Pick<Call<'events'>, 'req' | 'streams'> & {
    readonly query: { readonly last_event_id: string | null };
  },
  audience: Audience,
  start: Omit<StreamStart, 'after' | 'place'>,
): Promise<Reply> {
  const header = req.headers['last-event-id'];
  const after =
    (typeof header === 'string' && header !== '' ? header : null) ?? query.last_event_id;
  // A browser comes again after every end; only this tells it that there is nothing more to come.
  if (after?.startsWith(END_PREFIX)) return { status: 204 };
  const place = await streams.start();
  return {
    status: 200,
    contentType: 'text/event-stream; charset=utf-8',
    headers: {
      'Cache-Control': 'no-cache, no-transform',
      // nginx would gather what is written.
      'X-Accel-Buffering': 'no',
    },
    stream: (res) => streams.add(new StreamClient(res, audience), { place, after, ...start }),
  };
}

function snapshotBytes(data: string, { position }: Mark): Buffer {
  return Buffer.from(eventText('snapshot', data, position));
}

async function whileKept(monitor: TaskMonitor, { id }: Task): Promise<Task | null> {
  try {
    return await monitor.get(id);
  } catch (error) {
    if (isTaskMonitorError(error) && error.code === 'TASK_NOT_FOUND') return null;
    throw error;
  }
}

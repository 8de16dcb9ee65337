import { isFinished, isTaskMonitorError } from '@task-monitor/core';
import type { Reply } from '../reply.js';
import { Audience } from '../stream/audience.js';
import { END_PREFIX, StreamClient } from '../stream/stream-client.js';
import type { Snapshot, StreamStart } from '../stream/stream-hub.js';
import { asked } from './asked.js';
import type { Call } from './call.js';
import { listOptions, takePage } from './page.js';
import { wireStats } from './stats.js';

/** All tasks that are asked for and may be seen. */
export async function events(call: Call<'events'>): Promise<Reply> {
  const { monitor, query, scope, streams, texts } = call;
  const { filter, q } = asked(query, scope);
  const audience = new Audience({
    taskId: null,
    ...asked({ ...query, status: null }, {}),
    scope,
    withOutput: query.output,
  });
  const key = JSON.stringify([filter, q, query.limit]);
  const snapshot = async (): Promise<Snapshot> => {
    const found = await streams.snapshots.get(key, async () => {
      const mark = streams.mark();
      const [page, stats] = await Promise.all([
        monitor.list({
          ...listOptions(filter),
          order: 'newest',
          limit: query.limit,
          ...(q !== null && { q }),
        }),
        monitor.stats(scope),
      ]);
      const now = Date.now();
      const { written, cursor } = takePage(page, (task) => texts.full(task, { now }));
      const data =
        `{"stats":${JSON.stringify(wireStats(stats))},"tasks":${written},"total_count":${page.total},` +
        `"next_cursor":${JSON.stringify(cursor)},"count_is_exact":${page.search?.exact ?? true}}`;
      return { ...mark, data, isEnd: false, tasks: page.tasks };
    });
    audience.tell(found.tasks);
    return found;
  };
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
    const now = Date.now();
    try {
      const current = await monitor.get(task.id);
      audience.tell([current]);
      const data = `{"task":${texts.full(current, { now }).text}}`;
      return { ...mark, data, isEnd: isFinished(current.status), tasks: [current] };
    } catch (error) {
      // Removed since it was found: it was over, and this is the last that was known of it.
      if (!isTaskMonitorError(error) || error.code !== 'TASK_NOT_FOUND') throw error;
      return {
        ...mark,
        data: `{"task":${texts.full(task, { now }).text}}`,
        isEnd: true,
        tasks: [],
      };
    }
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
  start: Omit<StreamStart, 'after'>,
): Promise<Reply> {
  const header = req.headers['last-event-id'];
  const after =
    (typeof header === 'string' && header !== '' ? header : null) ?? query.last_event_id;
  // A browser comes again after every end; only this tells it that there is nothing more to come.
  if (after?.startsWith(END_PREFIX)) return { status: 204 };
  streams.assertRoom();
  await streams.start();
  return {
    status: 200,
    contentType: 'text/event-stream; charset=utf-8',
    headers: {
      'Cache-Control': 'no-cache, no-transform',
      // nginx would gather what is written.
      'X-Accel-Buffering': 'no',
    },
    stream: (res) => streams.add(new StreamClient(res, audience, Date.now()), { after, ...start }),
  };
}

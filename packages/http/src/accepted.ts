import type { ServerResponse } from 'node:http';
import {
  checkOptions,
  isFinished,
  isTaskMonitorError,
  show,
  type Task,
  type TaskMonitor,
  TASK_STATUSES,
  TaskMonitorError,
} from '@task-monitor/core';
import { tell } from './exchange.js';
import { address, type HandlerSettings } from './handler-options.js';
import { Problem } from './problem.js';
import { type Preferences, readPreferences } from './prefer.js';
import { json, send } from './reply.js';
import { retryAfter } from './retry-after.js';
import type { WaitingRoom } from './waiting-room.js';
import type { WireTexts } from './wire-texts.js';

export interface AcceptedOptions {
  /** Where clients find the API, as `at` of the handler. Default: what that says. */
  readonly at?: string;
}

/**
 * Answers a request of the host's own that began `task`: 202 with the task as JSON and in `Location` where to ask for it,
 * or 200 if it is finished. A request with `Prefer: wait=10` is answered when the task is finished, after 10 s at the
 * latest and never later than after 60 s.
 *
 * Nobody is asked whether the client may see the task: that is for the host to know. Resolves when the answer is handed to
 * the system, or the client has gone.
 *
 * @throws TaskMonitorError INVALID_INPUT for what is no task, INVALID_OPTIONS
 *
 * @example
 * app.post('/ingest', async (req, res) => {
 *   const run = await monitor.run({ type: 'ingest' }, ingest);
 *   await tasks.accepted(res, run.task);
 * });
 */
export type Accepted = (
  res: ServerResponse,
  task: Task,
  options?: AcceptedOptions,
) => Promise<void>;

export interface AcceptedSetting {
  readonly monitor: TaskMonitor;
  readonly settings: Pick<HandlerSettings, 'at' | 'onError'>;
  readonly texts: WireTexts;
  readonly waiting: WaitingRoom;
}

export function createAccepted({ monitor, settings, texts, waiting }: AcceptedSetting): Accepted {
  const remaining = async (task: Task): Promise<number | null> => {
    try {
      return (await monitor.estimate(task))?.remainingMs.p50 ?? null;
    } catch (error) {
      // Who is shutting down has nothing to say of the time to come.
      if (!isTaskMonitorError(error) || error.code !== 'MONITOR_CLOSED')
        tell(settings.onError, error, `estimating task "${task.id}"`);
      return null;
    }
  };
  return async (res, task, options = {}) => {
    checkTask(task);
    checkOptions('accepted', options, { at: address });
    const at = (options.at ?? settings.at).replace(/\/+$/, '');
    const preferences = readPreferences(res.req.headers['prefer']);
    const seconds = isFinished(task.status) ? 0 : Math.min(preferences.wait ?? 0, MAX_WAIT_S);
    let latest = task;
    if (seconds > 0) {
      const wait = { taskId: task.id, ms: seconds * 1_000, until: isOver };
      try {
        const waited = await waiting.wait(wait, res);
        if (!waited.isClientThere) return;
        latest = waited.latest ?? task;
      } catch (error) {
        // The task was accepted, and to wait was only a wish.
        if (!(error instanceof Problem))
          tell(settings.onError, error, `waiting for task "${task.id}"`);
      }
    }
    const place = `${at}/${task.id}`;
    const headers = {
      Location: place,
      // What follows is what a GET would be answered with, so that its tag can be asked with at once.
      'Content-Location': place,
      ETag: texts.tag(latest),
      ...applied(preferences, seconds),
    };
    const { text } = texts.of(latest);
    if (isOver(latest)) return send(res.req, res, json(text, headers));
    const remainingMs = await remaining(latest);
    const later = json(text, { ...headers, 'Retry-After': retryAfter(remainingMs) });
    send(res.req, res, { ...later, status: 202 });
  };
}

function isOver(task: Task): boolean {
  return isFinished(task.status);
}

/** Names what was done for the client's sake. */
function applied(
  { respondAsync }: Preferences,
  seconds: number,
): { readonly 'Preference-Applied'?: string } {
  const names = [
    ...(respondAsync ? ['respond-async'] : []),
    ...(seconds > 0 ? [`wait=${seconds}`] : []),
  ];
  return names.length > 0 ? { 'Preference-Applied': names.join(', ') } : {};
}

function checkTask(task: Task): void {
  const { id, status } = Object(task) as Partial<Task>;
  if (typeof id === 'string' && TASK_STATUSES.some((known) => known === status)) return;
  throw new TaskMonitorError(
    'INVALID_INPUT',
    `Expected a task, such as \`run.task\` or what \`register\` answers; got ${show(task)}.`,
    { details: { field: 'task' } },
  );
}

/** Proxies and clients seldom wait longer. */
const MAX_WAIT_S = 60;

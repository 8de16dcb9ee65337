import { isFinished, type Task } from '@task-monitor/core';
import { namesTag } from '../entity-tag.js';
import { outlooks } from '../outlook.js';
import { json, type Reply } from '../reply.js';
import type { Wait } from '../waiting-room.js';
import type { Call } from './call.js';

/** One task: as it is, or with `wait` once it is not any more as the client knows it. */
export async function task(call: Call<'task'>): Promise<Reply | Wait> {
  return call.query.view === 'full' ? full(call) : documented(call);
}

function documented(call: Call<'task'>): Reply | Wait {
  const { task, texts, req } = call;
  const tag = texts.tag(task);
  const named = req.headers['if-none-match'];
  const isKnown = (other: Task): boolean =>
    named === undefined ? texts.tag(other) === tag : namesTag(named, texts.tag(other));
  if (shallWait(call, isKnown)) return waitWhile(call, isKnown);
  if (named !== undefined && isKnown(task)) return { status: 304, headers: { ETag: tag } };
  return json(texts.of(task).text, { ETag: tag });
}

/** Without a tag: how long the task has run changes all the time. */
async function full(call: Call<'task'>): Promise<Reply | Wait> {
  const { monitor, task, texts, mayCancel } = call;
  const isKnown = ({ number, version }: Task): boolean =>
    number === task.number && version === task.version;
  if (shallWait(call, isKnown)) return waitWhile(call, isKnown);
  // A stack is asked about only where there is one: `authorize` may be dear.
  const withStack = task.error?.stack ? await mayCancel(task) : false;
  const [outlook] = await outlooks(monitor, [task]);
  return json(texts.full(task, { now: Date.now(), outlook, withStack }).text);
}

/** A finished task never changes any more. */
function shallWait(
  { task, query, mayWait }: Call<'task'>,
  isKnown: (task: Task) => boolean,
): boolean {
  return mayWait && query.wait > 0 && !isFinished(task.status) && isKnown(task);
}

function waitWhile({ task, query }: Call<'task'>, isKnown: (task: Task) => boolean): Wait {
  return { taskId: task.id, ms: query.wait * 1_000, until: (other) => !isKnown(other) };
}

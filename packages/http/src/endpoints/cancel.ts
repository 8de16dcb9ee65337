import { isTaskMonitorError, type TaskMonitorError } from '@task-monitor/core';
import { Problem } from '../problem.js';
import { outlooks } from '../outlook.js';
import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

/**
 * Cancels at once what nobody drives; asks the process that drives it otherwise, whichever machine that is on. Repeated, it
 * answers what has become of the first request.
 */
export async function cancel(call: Call<'cancel'>): Promise<Reply> {
  const { monitor, task, query, texts } = call;
  const options = cancelOptions(call.body);
  const cancelled = await monitor.cancel(task.id, options).catch((error: unknown) => {
    throw isTaskMonitorError(error) && error.code === 'INVALID_TRANSITION'
      ? new Problem('INVALID_TRANSITION', { detail: endedOtherwise(error) })
      : error;
  });
  const status = cancelled.status === 'cancelled' ? 200 : 202;
  if (query.view !== 'full') return { ...json(texts.of(cancelled).text), status };
  const [outlook] = await outlooks(monitor, [cancelled]);
  return { ...json(texts.full(cancelled, { now: Date.now(), outlook }).text), status };
}

function cancelOptions(body: unknown): { readonly reason?: string; readonly by?: string } {
  const { reason, requested_by: by } = Object(body) as Readonly<Record<string, unknown>>;
  const errors = Object.entries({ reason, requested_by: by })
    .filter(([, value]) => value !== undefined && typeof value !== 'string')
    .map(([parameter]) => ({ parameter, detail: `Expected \`${parameter}\` to be a text.` }));
  if (errors.length > 0) throw Problem.invalid(errors);
  return {
    ...(typeof reason === 'string' && { reason }),
    ...(typeof by === 'string' && { by }),
  };
}

function endedOtherwise({ details }: TaskMonitorError): string {
  return `The task is ${String(details?.['status'])}; a finished task never changes.`;
}

import { TaskApiError, type WireFullTask } from '@task-monitor/client';
import { asked } from './asked.js';
import { UsageError } from './cli-error.js';
import type { Server } from './server.js';

/** Shorter beginnings are too many tasks' own. */
const LEAST_CHARACTERS = 4;
const SHOWN = 5;

/**
 * The task with the id that the command line names, or the only one whose id begins like that.
 *
 * @throws {@link TaskApiError} TASK_NOT_FOUND; {@link UsageError} if several begin like that.
 */
export async function findTask({ client, url, operands }: Server): Promise<WireFullTask> {
  const id = operands[0] as string;
  try {
    return await asked(url, (signal) => client.task(id, { view: 'full', signal }));
  } catch (error) {
    const isUnknown = error instanceof TaskApiError && error.code === 'TASK_NOT_FOUND';
    if (!isUnknown || id.length < LEAST_CHARACTERS || !/^[\w.:-]+$/.test(id)) throw error;
    const query = { q: `id:"${id}"`, limit: 100, view: 'full' as const };
    const { tasks } = await asked(url, (signal) => client.all({ ...query, signal }));
    const alike = tasks.filter(({ task_id }) => task_id.startsWith(id));
    const [only] = alike;
    if (only === undefined) throw error;
    // A list leaves out what is long.
    if (alike.length === 1)
      return await asked(url, (signal) => client.task(only.task_id, { view: 'full', signal }));
    const names = alike.slice(0, SHOWN).map(({ task_id }) => task_id);
    const more = alike.length > SHOWN ? ', …' : '';
    throw new UsageError(
      `${alike.length} tasks begin with ${id}: ${names.join(', ')}${more}. Give more of the id.`,
    );
  }
}

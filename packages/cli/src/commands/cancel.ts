import { userInfo } from 'node:os';
import type { WireFullTask } from '@task-monitor/client';
import { asked } from '../asked.js';
import type { RunCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findTask } from '../find-task.js';
import { serverOf } from '../server.js';
import { cancelText } from '../task/describe.js';
import { isOver, labelOf, shownTask } from '../task/shown-task.js';
import { mark, stateOf } from '../task/status-mark.js';
import { plainText } from '../terminal/plain-text.js';
import type { Terminal } from '../terminal/terminal.js';

/** Cancels a task, and says no more of that than is true. */
export const cancel: RunCommand = async ({ line, terminal, env }) => {
  const server = serverOf(line, env);
  const { client, url } = server;
  const { task_id: id } = await findTask(server);
  const reason = line.value('reason');
  const said = { ...(reason !== undefined && { reason }), ...userName() };
  let task = await asked(url, (signal) => client.cancel(id, { ...said, view: 'full', signal }));
  const isJson = line.has('json');
  await say(task, terminal, isJson);
  if (line.has('wait') && !isOver(task.status)) {
    task = await client.waitFor(id);
    await say(task, terminal, isJson);
  }
  return isOver(task.status) && task.status !== 'cancelled' ? EXIT.failed : EXIT.ok;
};

async function say(task: WireFullTask, terminal: Terminal, isJson: boolean): Promise<void> {
  if (isJson) return terminal.json(task);
  const { style } = terminal;
  const state = stateOf(shownTask(task, Date.now()));
  await terminal.line(`${mark(state, style)} ${style('bold', labelOf(task))}  ${state}`);
  await terminal.line(`  ${plainText(cancelText(task))}`);
}

/** Who asks, as far as the system knows. */
function userName(): { readonly requested_by?: string } {
  try {
    return { requested_by: userInfo().username };
  } catch {
    // A user without an entry, as in many a container, has no name.
    return {};
  }
}

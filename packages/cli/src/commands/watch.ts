import {
  TaskApiError,
  type TaskClient,
  type TaskEvent,
  type WireFullTask,
} from '@task-monitor/client';
import { asked } from '../asked.js';
import { CliError } from '../cli-error.js';
import type { RunCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findTask } from '../find-task.js';
import { stateLines } from '../json-events.js';
import { lookAgain } from '../look-again.js';
import { serverOf } from '../server.js';
import { StopSignals } from '../stop-signals.js';
import type { Status } from '../task/shown-task.js';
import { TaskPicture } from '../task/task-picture.js';
import { freshnessOf } from '../top/freshness.js';
import type { Terminal } from '../terminal/terminal.js';

/** When it will end, and whether it moves, change although nothing happens. */
const LOOK_MS = 5_000;

const CODES: { readonly [S in Status]: number | null } = {
  pending: null,
  running: null,
  completed: EXIT.ok,
  failed: EXIT.failed,
  cancelled: EXIT.cancelled,
};

/** Follows one task until it ends, and ends as it did. */
export const watch: RunCommand = async ({ line, terminal, env }) => {
  const server = serverOf(line, env);
  const task = await findTask(server);
  const { client, url } = server;
  const stop = new StopSignals();
  try {
    const isJson = line.has('json') || !terminal.isLive;
    const status = isJson
      ? await tellEvents(client, task, terminal, stop.signal)
      : await drawTask(client, url, task, terminal, stop.signal);
    if (stop.exitCode !== null) return stop.exitCode;
    const code = CODES[status];
    if (code !== null) return code;
    throw new CliError(EXIT.notFound, `Task ${task.task_id} was removed before it was over.`);
  } finally {
    stop.release();
  }
};

async function tellEvents(
  client: TaskClient,
  task: WireFullTask,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Status> {
  let { status } = task;
  const onState = stateLines(terminal);
  for await (const event of client.watch(task.task_id, { signal, onState })) {
    await terminal.json(event);
    status = statusAfter(event, status);
  }
  return status;
}

async function drawTask(
  client: TaskClient,
  url: string,
  task: WireFullTask,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Status> {
  const id = task.task_id;
  let { status } = task;
  const events = client.watch(id, { signal, onState: () => picture.changed() });
  const picture = new TaskPicture(terminal, () => {
    const { state } = events;
    if (state.status === 'connecting' && state.error === null) return null;
    const freshness = freshnessOf(state, 0, Date.now());
    return state.status === 'polling' || freshness.state === 'live' ? null : freshness;
  });
  const rest = async (): Promise<void> => {
    const { after } = picture;
    const { lines } = await asked(url, (limit) => client.output(id, { after, signal: limit }));
    picture.output(lines);
  };
  const look = async (over: AbortSignal): Promise<void> => {
    if (events.state.status !== 'live') return;
    try {
      const ask = (limit: AbortSignal) =>
        client.task(id, { view: 'full', signal: AbortSignal.any([limit, over]) });
      picture.see(await asked(url, ask));
    } catch (error) {
      // What is amiss the stream tells, too.
      if (!(error instanceof TaskApiError) && !(error instanceof CliError)) throw error;
    }
  };
  picture.see(task);
  const endLooks = lookAgain(LOOK_MS, look);
  try {
    for await (const event of events) {
      status = statusAfter(event, status);
      if ('lines' in event) picture.output(event.lines);
      // Before the end is shown, all that came before it is.
      if (event.type === 'snapshot' || CODES[status] !== null) await rest();
      if ('task' in event) picture.see(event.task);
    }
  } finally {
    await endLooks();
    picture.end();
  }
  return status;
}

function statusAfter(event: TaskEvent, before: Status): Status {
  return 'task' in event ? event.task.status : before;
}

import type { TaskClient, WireFullTask } from '@task-monitor/client';
import { asked } from '../asked.js';
import { UsageError } from '../cli-error.js';
import type { CommandLine } from '../command-line.js';
import type { RunCommand } from '../command.js';
import { didYouMean } from '../did-you-mean.js';
import { EXIT } from '../exit-codes.js';
import { serverOf } from '../server.js';
import { listLines } from '../task/list-lines.js';
import { shownTask, type Status } from '../task/shown-task.js';

const STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
const MOST = 100_000;
const PAGE = 1_000;

/** Tasks, newest first. */
export const list: RunCommand = async ({ line, terminal, errors, env }) => {
  const { client, url } = serverOf(line, env);
  const limit = line.whole('limit', 1, MOST) ?? 50;
  const filter = {
    q: line.value('q'),
    status: await statusesOf(line),
    type: line.value('type'),
    tag: line.value('tag'),
    parent: line.value('parent'),
  };
  const found = await pages(client, url, filter, limit);
  if (line.has('json')) {
    await terminal.json(found);
    return EXIT.ok;
  }
  const now = Date.now();
  const shown = found.tasks.map((task) => shownTask(task, now));
  for (const row of listLines(shown, { columns: terminal.columns, style: terminal.style, now }))
    await terminal.line(row);
  const rest = found.total_count - shown.length;
  if (shown.length === 0) await errors.line('No task matches.');
  else if (rest > 0 && found.count_is_exact)
    await errors.line(
      `… ${rest.toLocaleString('en-US')} more; -n ${limit * 10} shows more of them.`,
    );
  else if (found.next_cursor !== null) await errors.line('… and maybe more.');
  return EXIT.ok;
};

interface Found {
  readonly tasks: readonly WireFullTask[];
  readonly total_count: number;
  readonly next_cursor: string | null;
  readonly count_is_exact: boolean;
}

type Filter = Omit<NonNullable<Parameters<TaskClient['all']>[0]>, 'view' | 'signal'>;

/** As many pages as it takes: one may have fewer tasks than it has room for. */
async function pages(
  client: TaskClient,
  url: string,
  filter: Filter,
  limit: number,
): Promise<Found> {
  const tasks: WireFullTask[] = [];
  for (let cursor: string | undefined; ;) {
    const query = { ...filter, cursor, limit: Math.min(PAGE, limit - tasks.length) };
    const page = await asked(url, (signal) => client.all({ ...query, view: 'full', signal }));
    tasks.push(...page.tasks);
    if (page.next_cursor === null || tasks.length >= limit) return { ...page, tasks };
    cursor = page.next_cursor;
  }
}

/** @throws {@link UsageError} */
async function statusesOf(line: CommandLine): Promise<Status[] | undefined> {
  const given = line.value('status');
  if (given === undefined) return undefined;
  const statuses = given.split(',').map((status) => status.trim());
  for (const status of statuses) {
    if ((STATUSES as readonly string[]).includes(status)) continue;
    const hint = await didYouMean(status, STATUSES);
    throw new UsageError(`There is no status ${JSON.stringify(status)}.${hint}`);
  }
  return statuses as Status[];
}

import type { ListOptions, Task, TaskFilter, TaskPage } from '@task-monitor/core';
import { outlooks } from '../outlook.js';
import type { WireText } from '../wire-texts.js';
import type { Call } from './call.js';

/** 1 MiB: what a client can be expected to take in one piece, whatever the tasks carry with them. */
const MAX_LIST_BYTES = 1_048_576;
/** More than everything of a list that is not its tasks. */
const FRAME_BYTES = 1_024;

export interface TakenPage {
  /** The fields of the list as JSON, without the braces around them. */
  readonly fields: string;
  /** Of what is left; `null`: nothing is. */
  readonly cursor: string | null;
}

/** The documented fields of a list. */
export function documentedPage({ texts }: Pick<Call, 'texts'>, page: TaskPage): TakenPage {
  const { written, cursor } = takePage(page, (task) => texts.of(task));
  return { fields: `"tasks":${written},"total_count":${page.total}`, cursor };
}

/** Everything that is known of a list and its tasks. */
export async function fullPage(
  { monitor, scope, texts }: Pick<Call, 'monitor' | 'scope' | 'texts'>,
  page: TaskPage,
): Promise<TakenPage> {
  const ids = page.tasks.map(({ id }) => id);
  const [outlook, parents] = await Promise.all([
    outlooks(monitor, page.tasks),
    monitor.parents(ids, scope),
  ]);
  const now = Date.now();
  const write = (task: Task, index: number): WireText =>
    texts.full(task, { now, outlook: outlook[index] });
  const { written, cursor, shown } = takePage(page, write, new Set(parents));
  const isExact = page.search?.exact ?? true;
  const fields =
    `"tasks":${written},"total_count":${page.total},"next_cursor":${JSON.stringify(cursor)},` +
    `"count_is_exact":${isExact},"parents":${JSON.stringify(shown)}`;
  return { fields, cursor };
}

/**
 * The tasks of `page` as a JSON array, as many as a list may have and one at least, those of `parents` that are among them,
 * and the cursor of what is left.
 */
function takePage(
  { tasks, nextCursor }: Pick<TaskPage, 'tasks' | 'nextCursor'>,
  write: (task: Task, index: number) => WireText,
  parents: ReadonlySet<string> = new Set(),
): {
  readonly written: string;
  readonly shown: readonly string[];
  readonly cursor: string | null;
} {
  const written: string[] = [];
  const shown: string[] = [];
  let bytes = FRAME_BYTES;
  let cursor = nextCursor;
  for (const [index, task] of tasks.entries()) {
    const wire = write(task, index);
    const isParent = parents.has(task.id);
    bytes += wire.bytes + 1 + (isParent ? JSON.stringify(task.id).length + 1 : 0);
    if (bytes > MAX_LIST_BYTES && written.length > 0) {
      cursor = String(tasks[written.length - 1]?.number);
      break;
    }
    written.push(wire.text);
    if (isParent) shown.push(task.id);
  }
  return { written: `[${written.join(',')}]`, shown, cursor };
}

/** What `list` is asked for tasks that match `filter`. */
export function listOptions({ statuses, ...rest }: TaskFilter): ListOptions {
  return { ...rest, ...(statuses && { status: statuses }) };
}

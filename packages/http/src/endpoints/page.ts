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

/** A list with the documented fields. */
export function documentedPage(
  { texts }: Pick<Call, 'texts'>,
  page: TaskPage,
): Pick<TakenPage, 'cursor'> & WireText {
  const { written, bytes, cursor } = takePage(page, (task) => texts.of(task));
  const before = '{"tasks":[';
  const after = `],"total_count":${page.total}}`;
  // Joined in one go: whatever is put around a long text afterwards makes a copy of it.
  if (written.length === 0) written.push('');
  written[0] = `${before}${written[0]}`;
  written[written.length - 1] += after;
  return { text: written.join(','), bytes: bytes + before.length + after.length, cursor };
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
    `"tasks":[${written.join(',')}],"total_count":${page.total},"next_cursor":${JSON.stringify(cursor)},` +
    `"count_is_exact":${isExact},"parents":${JSON.stringify(shown)}`;
  return { fields, cursor };
}

/**
 * The tasks of `page` as JSON, as many as a list may have and one at least, those of `parents` that are among them, and the
 * cursor of what is left.
 */
function takePage(
  { tasks, nextCursor }: Pick<TaskPage, 'tasks' | 'nextCursor'>,
  write: (task: Task, index: number) => WireText,
  parents: ReadonlySet<string> = new Set(),
): {
  readonly written: string[];
  /** How many they have with commas between them. */
  readonly bytes: number;
  readonly shown: readonly string[];
  readonly cursor: string | null;
} {
  const written: string[] = [];
  const shown: string[] = [];
  let bytes = 0;
  let shownBytes = 0;
  for (const [index, task] of tasks.entries()) {
    const wire = write(task, index);
    const isParent = parents.has(task.id);
    const next = bytes + wire.bytes + (index > 0 ? 1 : 0);
    if (isParent) shownBytes += JSON.stringify(task.id).length + 1;
    if (FRAME_BYTES + next + shownBytes > MAX_LIST_BYTES && index > 0)
      return { written, bytes, shown, cursor: String(tasks[index - 1]?.number) };
    bytes = next;
    written.push(wire.text);
    if (isParent) shown.push(task.id);
  }
  return { written, bytes, shown, cursor: nextCursor };
}

/** What `list` is asked for tasks that match `filter`. */
export function listOptions({ statuses, ...rest }: TaskFilter): ListOptions {
  return { ...rest, ...(statuses && { status: statuses }) };
}

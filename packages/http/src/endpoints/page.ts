import type { ListOptions, Task, TaskFilter, TaskPage } from '@task-monitor/core';
import type { WireText } from '../wire-texts.js';

/** 1 MiB: what a client can be expected to take in one piece, whatever the tasks carry with them. */
const MAX_LIST_BYTES = 1_048_576;
/** More than everything of a list that is not its tasks. */
const FRAME_BYTES = 1_024;

/** The tasks of `page` as a JSON array, as many as a list may have and one at least, and the cursor of what is left. */
export function takePage(
  { tasks, nextCursor }: TaskPage,
  write: (task: Task, index: number) => WireText,
): { readonly written: string; readonly cursor: string | null } {
  const written: string[] = [];
  let bytes = FRAME_BYTES;
  let cursor = nextCursor;
  for (const [index, task] of tasks.entries()) {
    const wire = write(task, index);
    bytes += wire.bytes + 1;
    if (bytes > MAX_LIST_BYTES && written.length > 0) {
      cursor = String(tasks[written.length - 1]?.number);
      break;
    }
    written.push(wire.text);
  }
  return { written: `[${written.join(',')}]`, cursor };
}

/** What `list` is asked for tasks that match `filter`. */
export function listOptions({ statuses, ...rest }: TaskFilter): ListOptions {
  return { ...rest, ...(statuses && { status: statuses }) };
}

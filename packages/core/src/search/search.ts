import { intersect, matches, type TaskFilter } from '../query.js';
import { type Task, TASK_STATUSES } from '../task.js';
import { statusesOf, termTest, type TermTest } from './search-fields.js';
import { parseSearch, type SearchTerm } from './search-syntax.js';
import { TaskTexts } from './task-texts.js';

/** A search that was read and can be asked of tasks. */
export interface Search {
  /** As much of it as a store finds by its indexes; `null` if nothing can match. */
  readonly filter: TaskFilter | null;
  /** Whether `filter` is all of it. */
  readonly indexed: boolean;
  /**
   * Whether `task` is looked for. `now` is what ages and durations are counted to, in epoch milliseconds. Costs what the
   * texts of the task cost to read.
   */
  matches(task: Task, now: number): boolean;
}

/**
 * Reads a search, to ask it of tasks that come from elsewhere: `list` does this by itself, for events of `watch` call
 * `matches`. With `within` only tasks that match this filter, too, are looked for.
 *
 * @throws {@link TaskMonitorError} INVALID_INPUT, of which `details.position` is the place of the mistake, counted from 1
 *
 * @example
 * const search = compileSearch('type:ingest error:timeout');
 * for await (const event of monitor.watch())
 *   if ('task' in event && search.matches(event.task, Date.now())) console.log(event.task.id);
 */
export function compileSearch(q: string, within: TaskFilter = {}): Search {
  let filter: TaskFilter | null = within;
  const others: { readonly test: TermTest; readonly wanted: boolean }[] = [];
  for (const term of parseSearch(q)) {
    // Of every term, also where an index does it: the mistakes in it are found here.
    const test = termTest(term);
    const indexed: TaskFilter | null = filterOf(term);
    if (indexed === null || hasOtherTag(filter, indexed))
      others.push({ test, wanted: !term.negated });
    else filter = filter && intersect(filter, indexed);
  }
  const indexes = filter;
  return {
    filter,
    indexed: others.length === 0,
    matches: (task, now) => {
      if (indexes === null || !matches(task, indexes)) return false;
      const texts = new TaskTexts(task);
      return others.every(({ test, wanted }) => test(task, texts, now) === wanted);
    },
  };
}

/** `term` as a filter; `null` if no filter says the same. */
function filterOf(term: SearchTerm): TaskFilter | null {
  const { field, negated, values } = term;
  if (field === 'status') {
    const named = statusesOf(term);
    return { statuses: TASK_STATUSES.filter((status) => named.includes(status) !== negated) };
  }
  const [value] = values;
  if (negated || values.length !== 1 || value === undefined) return null;
  if (field === 'type') return { type: value.text };
  if (field === 'tag') return { tag: value.text };
  if (field === 'parent') return { parentId: value.text };
  return null;
}

/** A task has one type and one parent, but can have both of two tags, which no filter says. */
function hasOtherTag(filter: TaskFilter | null, { tag }: TaskFilter): boolean {
  return tag !== undefined && filter?.tag !== undefined && filter.tag !== tag;
}

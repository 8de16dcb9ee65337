import {
  boolean,
  closed,
  either,
  integer,
  list,
  nullable,
  object,
  type Schema,
  text,
} from './schema.js';
import { FULL_TASK, TASK, type WireFullTask, type WireTask } from './task.js';

export interface WireTaskList {
  readonly tasks: readonly WireTask[];
  /** How many tasks match, on all pages. With `q`: as far as was looked. */
  readonly total_count: number;
}

/** A list with `view=full`. */
export interface WireFullTaskList {
  readonly tasks: readonly WireFullTask[];
  readonly total_count: number;
  /** For the page that follows; `null` on the last one. */
  readonly next_cursor: string | null;
  /** Whether `total_count` is of all tasks: with `q` only so many are looked at. */
  readonly count_is_exact: boolean;
  /** Ids of those of `tasks` that have children which this caller may see. */
  readonly parents: readonly string[];
}

const COUNT = integer('How many tasks match, on all pages. With `q`: as far as was looked.');

const TASK_LIST: Schema<WireTaskList> = closed(
  object<WireTaskList>('TaskList', 'A page of tasks.', {
    tasks: list(TASK, 'The tasks of this page.'),
    total_count: COUNT,
  }),
);

export const FULL_TASK_LIST: Schema<WireFullTaskList> = object<WireFullTaskList>(
  'FullTaskList',
  'A page of tasks with everything that is known of them.',
  {
    tasks: list(FULL_TASK, 'The tasks of this page.'),
    total_count: COUNT,
    next_cursor: nullable(text('For the page that follows; `null` on the last one.')),
    count_is_exact: boolean('Whether `total_count` is of all tasks.'),
    parents: list(text('The id of a task.'), 'Those of `tasks` that have children.'),
  },
);

export const ANY_LIST = either(TASK_LIST, FULL_TASK_LIST, 'By `view`.');
export const ANY_TASK = either(TASK, FULL_TASK, 'By `view`.');

import {
  type ListRequest,
  TASK_STATUSES,
  type TaskCounts,
  type TaskFilter,
} from '@task-monitor/core';
import { noTasks } from './counters.js';
import type { Search, Span } from './search.js';

/** Numbers that one statement goes through: as many tasks at most, which takes a millisecond or two. */
const STEP = 2_000;

/** After so long others get their turn. */
const TURN_MS = 5;

/** Lets others have their turn. Throws once there is no store. */
export type Turn = () => Promise<void>;

/** As {@link Search.numbers}, of one state of the file. */
export async function numbersInSteps(
  search: Search,
  request: ListRequest,
  turn: Turn,
  now = (): number => performance.now(),
): Promise<readonly number[]> {
  const { order, after, limit } = request;
  const found: number[] = [];
  const spans =
    order === 'newest'
      ? downwards(search, after ?? Number.MAX_SAFE_INTEGER)
      : upwards(search, after ?? 0);
  for await (const span of unhurried(spans, turn, now)) {
    found.push(...search.numbers({ ...request, limit: limit - found.length }, span));
    if (found.length > limit) break;
  }
  return found;
}

/** As {@link Search.counts}, of one state of the file. */
export async function countsInSteps(
  search: Search,
  filter: TaskFilter,
  turn: Turn,
  now = (): number => performance.now(),
): Promise<TaskCounts> {
  const counts = noTasks();
  for await (const span of unhurried(upwards(search, 0), turn, now)) {
    const counted = search.counts(filter, span);
    for (const status of TASK_STATUSES) counts[status] += counted[status];
  }
  return counts;
}

async function* unhurried(
  spans: Iterable<Span>,
  turn: Turn,
  now: () => number,
): AsyncGenerator<Span, void> {
  let begun = now();
  for (const span of spans) {
    yield span;
    if (now() - begun < TURN_MS) continue;
    await turn();
    begun = now();
  }
}

// Each span begins at a task: what was removed, most of all that ever was on an old file, is not gone through.

function* upwards(search: Search, over: number): Generator<Span, void> {
  let first = search.next('oldest', over);
  while (first !== null) {
    const below = first + STEP;
    yield { over: first - 1, below };
    first = search.next('oldest', below - 1);
  }
}

function* downwards(search: Search, below: number): Generator<Span, void> {
  let last = search.next('newest', below);
  while (last !== null) {
    const over = last - STEP;
    yield { over, below: last + 1 };
    last = search.next('newest', over + 1);
  }
}

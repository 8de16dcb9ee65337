import type {
  Cancellation,
  EndCause,
  Eta,
  FailureCode,
  Health,
  JsonObject,
  JsonValue,
  LateOutcome,
  TaskStatus,
} from '@task-monitor/core';
import { FAILURE_CODES, TASK_STATUSES } from '@task-monitor/core';
import {
  anyObject,
  anything,
  boolean,
  choice,
  closed,
  integer,
  list,
  nullable,
  number,
  object,
  type Schema,
  text,
} from './schema.js';

/** A task as it is sent: these fields, in this order, always all of them. */
export interface WireTask {
  readonly task_id: string;
  readonly command: readonly string[];
  readonly status: TaskStatus;
  /** RFC 3339 in UTC with milliseconds, or `2024-01-15T10:30:15` with `timestamps: 'documented'`. */
  readonly created_at: string;
  readonly started_at: string | null;
  /** When it ended, whichever way. */
  readonly completed_at: string | null;
  readonly error_message: string | null;
  readonly progress: string | null;
  readonly metadata: JsonObject;
}

/** A task with everything that is known of it: `view=full`. The fields of {@link WireTask} come first. */
export interface WireFullTask extends WireTask {
  /** Its place in the order in which tasks were created, from 1. */
  readonly number: number;
  /** Grows by one with every write. */
  readonly version: number;
  readonly type: string | null;
  readonly name: string | null;
  readonly parent_id: string | null;
  readonly tags: readonly string[];
  /** 0 to 100, two decimals. */
  readonly percent: number | null;
  readonly progress_detail: WireProgress | null;
  /** From its start until its end, or until now; `null` before it starts. */
  readonly duration_ms: number | null;
  /** When it will end; `null` without evidence, and of a task that does not run. */
  readonly eta: WireEta | null;
  /** Whether it moves; `null` of a task that does not run. */
  readonly health: WireHealth | null;
  readonly error: WireFailure | null;
  readonly result: JsonValue;
  /** Why there is no `result` although the work returned one. */
  readonly result_omitted: string | null;
  readonly cancel: WireCancellation | null;
  readonly driver: 'caller' | 'runner';
  readonly owner: WireOwner | null;
  readonly ended_by: WireEndedBy | null;
  readonly late_outcome: WireLateOutcome | null;
  readonly process: WireProcess | null;
}

export interface WireProgress {
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  readonly updated_at: string;
  readonly steps: readonly WireStep[];
}

export interface WireStep {
  readonly name: string;
  /** The step that it is a part of. */
  readonly within: string | null;
  readonly weight: number;
  readonly status: TaskStatus;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  readonly percent: number | null;
}

export interface WireEta {
  /** One in two such tasks has ended by `p50`, nine in ten by `p90`. */
  readonly remaining_ms: { readonly p50: number; readonly p90: number };
  /** When that is at `p50`. */
  readonly finishes_at: string;
  /** What it follows from: the task's own progress, how long completed tasks of its type took, or both. */
  readonly basis: Eta['basis'];
  /** How many points of progress and completed tasks it follows from. */
  readonly samples: number;
}

export interface WireHealth {
  /** `quiet`: its process lives, but nothing has moved for longer than is usual. `stalled`: it is gone, or for far longer. */
  readonly state: Health['state'];
  /** What that follows from, for people. */
  readonly evidence: string;
  /** Since when nothing has moved, or its process has been silent. */
  readonly since: string | null;
}

export interface WireFailure {
  readonly code: FailureCode;
  readonly message: string;
  readonly name: string | null;
  /** Only for one single task, and only for who may cancel it: it shows paths of the server. */
  readonly stack: string | null;
}

export interface WireCancellation {
  readonly requested_at: string;
  readonly reason: Cancellation['reason'];
  readonly requested_by: Cancellation['requestedBy'];
  /** When the work was seen to have stopped because of it. */
  readonly acknowledged_at: string | null;
  /** The work did not stop in time: the task was ended without it. */
  readonly forced: boolean;
}

export interface WireOwner {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

export interface WireEndedBy {
  readonly cause: EndCause;
  readonly monitor: string;
}

export interface WireLateOutcome {
  readonly status: LateOutcome['status'];
  readonly at: string;
  readonly message: string | null;
}

export interface WireProcess {
  readonly pid: number | null;
  readonly started_at: string | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly cpu_ms: number | null;
  readonly peak_memory_bytes: number | null;
}

/** Without a format: `timestamps: 'documented'` sends times that have no zone. */
const instant = (description: string): Schema<string> => text(description);

const STATUS = choice(TASK_STATUSES, 'pending → running → completed, failed or cancelled.');

const DOCUMENTED_FIELDS = {
  task_id: text('Its id.'),
  command: list(text('A word of it.'), 'What runs, as program and arguments.'),
  status: STATUS,
  created_at: instant('When it was registered, in UTC.'),
  started_at: nullable(instant('When it started.')),
  completed_at: nullable(instant('When it ended, whichever way.')),
  error_message: nullable(text('Why it failed.')),
  progress: nullable(text('How far it is, in words.')),
  metadata: anyObject<JsonObject>('What the host noted about it.'),
};

export const TASK: Schema<WireTask> = closed(
  object<WireTask>('Task', 'A piece of background work.', DOCUMENTED_FIELDS),
);

const STEP = object<WireStep>('Step', 'A named part of the work.', {
  name: text('Unlike the names of the other steps.'),
  within: nullable(text('The step that it is a part of.')),
  weight: number('Its share of the progress, beside the other weights.'),
  status: STATUS,
  started_at: nullable(instant('When it began.')),
  completed_at: nullable(instant('When it ended.')),
  message: nullable(text('How far it is, in words.')),
  current: nullable(number('How many are done.')),
  total: nullable(number('Of how many.')),
  unit: nullable(text('What is counted.')),
  percent: nullable(number('How far it is.', 0, 100)),
});

const PROGRESS = object<WireProgress>('Progress', 'How far a task is, as far as it said so.', {
  message: nullable(text('In words.')),
  current: nullable(number('How many are done.')),
  total: nullable(number('Of how many.')),
  unit: nullable(text('What is counted.')),
  updated_at: instant('When the task last said anything of its progress.'),
  steps: list(STEP, 'The parts of the work.'),
});

const ETA = object<WireEta>('Eta', 'When a task will end.', {
  remaining_ms: object<WireEta['remaining_ms']>('Spread', 'Milliseconds from now.', {
    p50: number('One in two such tasks has ended by then.'),
    p90: number('Nine in ten such tasks have ended by then.'),
  }),
  finishes_at: instant('When that is at `p50`.'),
  basis: choice(['rate', 'history', 'blend'], 'What it follows from.'),
  samples: integer('How many points of progress and completed tasks it follows from.'),
});

const HEALTH = object<WireHealth>('Health', 'Whether a running task moves.', {
  state: choice(
    ['ok', 'quiet', 'stalled'],
    'It moves; has not for long; has not for far too long.',
  ),
  evidence: text('What that follows from, in words.'),
  since: nullable(instant('Since when nothing has moved.')),
});

const FAILURE = object<WireFailure>('Failure', 'Why a task failed.', {
  code: choice(FAILURE_CODES, 'What kind of failure it is.'),
  message: text('In words.'),
  name: nullable(text('The name of the error that was thrown.')),
  stack: nullable(text('Only for one single task, and only for who may cancel it.')),
});

const CANCELLATION = object<WireCancellation>('Cancellation', 'A request to cancel.', {
  requested_at: instant('When somebody asked.'),
  reason: nullable(text('Why.')),
  requested_by: nullable(text('Who asked.')),
  acknowledged_at: nullable(instant('When the work was seen to have stopped because of it.')),
  forced: boolean('The work did not stop in time: the task was ended without it.'),
});

const OWNER = object<WireOwner>('Owner', 'The process that holds a task.', {
  id: text('A fresh id for every monitor.'),
  host: text('The name of its machine.'),
  pid: integer('Its process id there.'),
});

const ENDED_BY = object<WireEndedBy>('EndedBy', 'What ended a task.', {
  cause: choice(
    ['caller', 'cancel', 'timeout', 'orphaned', 'shutdown'],
    'Its own code, a cancellation, its time limit, the death or the closing of its process.',
  ),
  monitor: text('Id of the monitor that wrote it.'),
});

const LATE_OUTCOME = object<WireLateOutcome>(
  'LateOutcome',
  'What the work came to after somebody else had ended the task.',
  {
    status: choice(['completed', 'failed'], 'What its own code reported.'),
    at: instant('When.'),
    message: nullable(text('In words.')),
  },
);

const PROCESS = object<WireProcess>('ChildProcess', 'The child process that does the work.', {
  pid: nullable(integer('Its process id.')),
  started_at: nullable(instant('When it was started.')),
  exit_code: nullable({ type: 'integer', description: 'What it exited with.' }),
  signal: nullable(text('What killed it.')),
  cpu_ms: nullable(number('Processor time of it and its descendants, in milliseconds.')),
  peak_memory_bytes: nullable(number('The most memory they had together.')),
});

export const FULL_TASK: Schema<WireFullTask> = object<WireFullTask>(
  'FullTask',
  'A task with everything that is known of it.',
  {
    ...DOCUMENTED_FIELDS,
    number: integer('Its place in the order in which tasks were created, from 1.'),
    version: integer('Grows by one with every write.'),
    type: nullable(text('What kind of work it is.')),
    name: nullable(text('What a person would call it.')),
    parent_id: nullable(text('The task that it is a part of.')),
    tags: list(text('A tag.'), 'For filters.'),
    percent: nullable(number('How far it is.', 0, 100)),
    progress_detail: nullable(PROGRESS),
    duration_ms: nullable(number('From its start until its end, or until now.')),
    eta: nullable(ETA),
    health: nullable(HEALTH),
    error: nullable(FAILURE),
    result: anything<JsonValue>('What it came to; `null` if there is nothing.'),
    result_omitted: nullable(text('Why there is no result although the work returned one.')),
    cancel: nullable(CANCELLATION),
    driver: choice(['caller', 'runner'], 'Who drives it: a runner can stop it.'),
    owner: nullable(OWNER),
    ended_by: nullable(ENDED_BY),
    late_outcome: nullable(LATE_OUTCOME),
    process: nullable(PROCESS),
  },
);

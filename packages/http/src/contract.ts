import type { TaskStatus } from '@task-monitor/core';

/** A query parameter: what it may be, and what it is when left out. */
export type Parameter =
  | { readonly type: 'boolean'; readonly default: boolean; readonly description: string }
  | {
      readonly type: 'integer';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly description: string;
    }
  | { readonly type: 'cursor'; readonly description: string };

/** What an endpoint does, for `authorize`. */
export type Action = 'read' | 'cleanup';

export interface Endpoint {
  readonly method: 'GET' | 'DELETE';
  /** Below the mount; `{task_id}` stands for one segment. */
  readonly path: string;
  readonly action: Action;
  readonly summary: string;
  readonly query: Readonly<Record<string, Parameter>>;
}

/** The most tasks in one answer. */
export const MAX_TASKS = 1_000;

const CURSOR = {
  type: 'cursor',
  description: 'Where to go on: from the `Link` header of the page before.',
} as const satisfies Parameter;

const LIMIT = { type: 'integer', min: 1, max: MAX_TASKS, description: 'Maximum number of tasks to return.' } as const;

/** Every endpoint, once: requests are routed and checked, and answers typed, by this table. */
export const ENDPOINTS = {
  stats: {
    method: 'GET',
    path: '/stats',
    action: 'read',
    summary: 'Counts by status and the success rate',
    query: {},
  },
  running: {
    method: 'GET',
    path: '/running',
    action: 'read',
    summary: 'All running tasks, oldest first',
    query: { limit: { ...LIMIT, default: MAX_TASKS }, cursor: CURSOR },
  },
  pending: {
    method: 'GET',
    path: '/pending',
    action: 'read',
    summary: 'All pending tasks, oldest first',
    query: { limit: { ...LIMIT, default: MAX_TASKS }, cursor: CURSOR },
  },
  all: {
    method: 'GET',
    path: '/all',
    action: 'read',
    summary: 'All tasks, newest first',
    query: {
      include_completed: {
        type: 'boolean',
        default: true,
        description: 'Whether completed, failed and cancelled tasks are included.',
      },
      limit: { ...LIMIT, default: 50 },
      cursor: CURSOR,
    },
  },
  countRunning: {
    method: 'GET',
    path: '/count/running',
    action: 'read',
    summary: 'How many tasks are running',
    query: {},
  },
  cleanup: {
    method: 'DELETE',
    path: '/cleanup',
    action: 'cleanup',
    summary: 'Removes finished tasks that ended more than `days` ago',
    query: {
      days: { type: 'integer', default: 7, min: 0, max: 36_500, description: 'Age in days; 0: every finished task.' },
    },
  },
  task: {
    method: 'GET',
    path: '/{task_id}',
    action: 'read',
    summary: 'One task',
    query: {},
  },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof ENDPOINTS;

/** The parameters of one endpoint, checked and with their defaults. */
export type QueryOf<Name extends EndpointName> = {
  readonly [Key in keyof (typeof ENDPOINTS)[Name]['query']]: ValueOf<(typeof ENDPOINTS)[Name]['query'][Key]>;
};

type ValueOf<P> = P extends { readonly type: 'boolean' }
  ? boolean
  : P extends { readonly type: 'integer' }
    ? number
    : string | null;

/** A task as it is documented: nine fields, in this order, absent ones `null`. */
export interface WireTask {
  readonly task_id: string;
  readonly command: readonly string[];
  readonly status: TaskStatus;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error_message: string | null;
  readonly progress: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface WireTaskList {
  readonly tasks: readonly WireTask[];
  /** How many match, before any limit. */
  readonly total_count: number;
}

/** What each endpoint answers with. */
export interface Answers {
  readonly stats: {
    readonly total_tasks: number;
    readonly running_tasks: number;
    readonly pending_tasks: number;
    readonly completed_tasks: number;
    readonly failed_tasks: number;
    readonly success_rate: number;
  };
  readonly running: WireTaskList;
  readonly pending: WireTaskList;
  readonly all: WireTaskList;
  readonly countRunning: { readonly running_tasks: number };
  readonly cleanup: { readonly cleaned_tasks: number; readonly days: number };
  readonly task: WireTask;
}

import type { JsonObject, TaskStatus } from '@task-monitor/core';
import type { Parameters } from './parameter.js';

/** What a request wants to do, as `authorize` is asked. */
export type Action = 'read' | 'cleanup';

/** One row of the contract. Paths are relative to where the API is mounted; `{task_id}` is one segment. */
export interface Endpoint {
  readonly method: 'GET' | 'DELETE';
  readonly path: `/${string}`;
  readonly action: Action;
  readonly summary: string;
  readonly query: Parameters;
}

const CURSOR = {
  type: 'cursor',
  default: null,
  description: 'Where the page begins; taken from the `Link` of the page before.',
} as const;

/** The contract: every endpoint is declared here and nowhere else. */
export const ENDPOINTS = {
  stats: {
    method: 'GET',
    path: '/stats',
    action: 'read',
    summary: 'Counts by status and the success rate.',
    query: {},
  },
  running: {
    method: 'GET',
    path: '/running',
    action: 'read',
    summary: 'The running tasks, oldest first.',
    query: { cursor: CURSOR },
  },
  pending: {
    method: 'GET',
    path: '/pending',
    action: 'read',
    summary: 'The pending tasks, oldest first.',
    query: { cursor: CURSOR },
  },
  all: {
    method: 'GET',
    path: '/all',
    action: 'read',
    summary: 'All tasks, newest first.',
    query: {
      include_completed: {
        type: 'boolean',
        default: true,
        description: 'Whether completed, failed and cancelled tasks are in the list.',
      },
      limit: {
        type: 'integer',
        default: 50,
        min: 1,
        max: 1_000,
        description: 'How many tasks the list has at most.',
      },
      cursor: CURSOR,
    },
  },
  task: {
    method: 'GET',
    path: '/{task_id}',
    action: 'read',
    summary: 'One task.',
    query: {},
  },
  countRunning: {
    method: 'GET',
    path: '/count/running',
    action: 'read',
    summary: 'How many tasks are running.',
    query: {},
  },
  cleanup: {
    method: 'DELETE',
    path: '/cleanup',
    action: 'cleanup',
    summary: 'Removes completed, failed and cancelled tasks that finished long enough ago.',
    query: {
      days: {
        type: 'integer',
        default: 7,
        min: 0,
        max: 36_500,
        description: 'Tasks that finished more than this many days ago go; 0: every finished one.',
      },
    },
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export type EndpointName = keyof typeof ENDPOINTS;

/** What each endpoint answers with status 200. */
export interface Answers {
  readonly stats: WireStats;
  readonly running: WireTaskList;
  readonly pending: WireTaskList;
  readonly all: WireTaskList;
  readonly task: WireTask;
  readonly countRunning: WireRunningCount;
  readonly cleanup: WireCleanup;
}

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

export interface WireTaskList {
  readonly tasks: readonly WireTask[];
  /** How many tasks match, on all pages. */
  readonly total_count: number;
}

export interface WireStats {
  /** All kept tasks, cancelled ones too. */
  readonly total_tasks: number;
  readonly running_tasks: number;
  readonly pending_tasks: number;
  readonly completed_tasks: number;
  readonly failed_tasks: number;
  /** 0 to 100, two decimals: completed ones among completed and failed ones. */
  readonly success_rate: number;
}

export interface WireRunningCount {
  readonly running_tasks: number;
}

export interface WireCleanup {
  readonly cleaned_tasks: number;
  readonly days: number;
}

import { CANCEL_REQUEST } from './contract/cancel.js';
import { EVENT_DATA } from './contract/events.js';
import { VITALS } from './contract/health.js';
import { ANY_LIST, ANY_TASK } from './contract/lists.js';
import {
  CANCELLED_COUNT,
  CLEANUP,
  COMPLETED_COUNT,
  COUNTS,
  FAILED_COUNT,
  PENDING_COUNT,
  RUNNING_COUNT,
  STATS,
} from './contract/numbers.js';
import { OPENAPI } from './contract/openapi.js';
import { OUTPUT } from './contract/output.js';
import { type JsonSchema, text, type ValueOf } from './contract/schema.js';
import type { Parameters } from './parameter.js';
import type { ProblemCode } from './problem.js';

/** What a request wants to do, as `authorize` is asked. */
export type Action = 'read' | 'cancel' | 'cleanup';

/** Headers of answers that say something of the answer itself, rather than how it is to be handled on its way. */
export type HeaderName = 'Allow' | 'ETag' | 'Link' | 'Retry-After';

/** One row of the contract. Paths are relative to where the API is mounted; `{task_id}` is one segment. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: `/${string}`;
  readonly action: Action;
  readonly summary: string;
  readonly query: Parameters;
  /** Whether its query is for the page that it answers with, and whatever that may be is not read here. Default: it is read. */
  readonly queryIsForPage?: true;
  /** Headers of the request that it heeds, and what each says. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** What its body may say; absent: it takes none. */
  readonly body?: JsonSchema;
  /** What it answers with if all is well; absent where it answers with a stream. */
  readonly answer?: JsonSchema;
  /** The media type of `answer`, without parameters. Default: `application/json`; of any other type the body is one text. */
  readonly answerType?: `${string}/${string}`;
  /** The data of each event of its stream, by the name of the event. */
  readonly stream?: Readonly<Record<string, JsonSchema>>;
  /** The statuses of that answer or stream, and what each says. Default: 200. */
  readonly statuses?: Readonly<Record<number, string>>;
  /** Statuses without a body that it answers with, too, and what each says. Default: none. */
  readonly emptyStatuses?: Readonly<Record<number, string>>;
  /** Headers that its answers may have, those of all its statuses. Problems have their own. Default: none. */
  readonly headers?: readonly HeaderName[];
  /** Problems that it can answer with beside those that follow from the rest of the row. Default: none. */
  readonly problems?: readonly ProblemCode[];
}

const CURSOR = {
  type: 'cursor',
  default: null,
  description: 'Where the page begins; taken from the `Link` of the page before.',
} as const;

const VIEW = {
  type: 'choice',
  values: ['documented', 'full'],
  default: 'documented',
  description: '`full`: everything that is known, rather than the documented fields.',
} as const;

const WAIT = {
  type: 'integer',
  default: 0,
  min: 0,
  max: 60,
  description:
    'Seconds to wait for a change: from what `If-None-Match` names, or from how the task is now.',
} as const;

const PAGE_LIMIT = {
  type: 'integer',
  min: 1,
  max: 1_000,
  description: 'How many tasks the list has at most.',
} as const;

const FILTER = {
  status: {
    type: 'statuses',
    default: null,
    description: 'Only tasks of this status, or of several: `failed,cancelled`.',
  },
  type: { type: 'text', default: null, description: 'Only tasks of this type.' },
  tag: { type: 'text', default: null, description: 'Only tasks with this tag.' },
  parent: {
    type: 'text',
    default: null,
    description: 'Only the tasks that are a part of this one.',
  },
  q: {
    type: 'search',
    default: null,
    description:
      'Only tasks that this search finds: `status:failed type:ingest error:timeout created:>2h "free text"`.',
  },
} as const;

const LAST_EVENT_ID = {
  type: 'position',
  default: null,
  description: 'The `id` of the last event before, for who cannot set the header `Last-Event-ID`.',
} as const;

const STREAM = {
  method: 'GET',
  action: 'read',
  requestHeaders: {
    'Last-Event-ID': 'The `id` of the last event before; browsers send it themselves.',
  },
  stream: EVENT_DATA,
  emptyStatuses: { 204: 'The last event before was an `end`: nothing more is to come.' },
} as const;

const LIST = { method: 'GET', action: 'read', answer: ANY_LIST, headers: ['Link'] } as const;
const COUNT = { method: 'GET', action: 'read', query: {} } as const;

/** The contract: every endpoint is declared here and nowhere else. */
export const ENDPOINTS = {
  stats: {
    method: 'GET',
    path: '/stats',
    action: 'read',
    summary: 'Counts by status and the success rate.',
    query: {},
    answer: STATS,
  },
  running: {
    ...LIST,
    path: '/running',
    summary: 'The running tasks, oldest first.',
    query: { cursor: CURSOR, view: VIEW },
  },
  pending: {
    ...LIST,
    path: '/pending',
    summary: 'The pending tasks, oldest first.',
    query: { cursor: CURSOR, view: VIEW },
  },
  completed: {
    ...LIST,
    path: '/completed',
    summary: 'The completed tasks, newest first.',
    query: { limit: { ...PAGE_LIMIT, default: 1_000 }, cursor: CURSOR, view: VIEW },
  },
  failed: {
    ...LIST,
    path: '/failed',
    summary: 'The failed tasks, newest first.',
    query: { limit: { ...PAGE_LIMIT, default: 1_000 }, cursor: CURSOR, view: VIEW },
  },
  cancelled: {
    ...LIST,
    path: '/cancelled',
    summary: 'The cancelled tasks, newest first.',
    query: { limit: { ...PAGE_LIMIT, default: 1_000 }, cursor: CURSOR, view: VIEW },
  },
  all: {
    ...LIST,
    path: '/all',
    summary: 'All tasks, newest first.',
    query: {
      include_completed: {
        type: 'boolean',
        default: true,
        description: 'Whether completed, failed and cancelled tasks are in the list.',
      },
      limit: { ...PAGE_LIMIT, default: 50 },
      ...FILTER,
      cursor: CURSOR,
      view: VIEW,
    },
  },
  task: {
    method: 'GET',
    path: '/{task_id}',
    action: 'read',
    summary: 'One task.',
    query: { view: VIEW, wait: WAIT },
    answer: ANY_TASK,
    emptyStatuses: { 304: 'It is as `If-None-Match` says.' },
    requestHeaders: { 'If-None-Match': 'The `ETag` of the answer before.' },
    headers: ['ETag'],
    problems: ['TOO_MANY_WAITING'],
  },
  output: {
    method: 'GET',
    path: '/{task_id}/output',
    action: 'read',
    summary: 'What a task logged and its process wrote: the newest lines.',
    query: {
      after: {
        type: 'integer',
        default: 0,
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
        description: 'Only the lines after the one of this number.',
      },
    },
    answer: OUTPUT,
  },
  events: {
    ...STREAM,
    path: '/events',
    summary: 'All changes as they happen, after a snapshot of where things stand.',
    query: {
      ...FILTER,
      status: {
        ...FILTER.status,
        description: 'Only these are in the snapshot; changes are told of all.',
      },
      limit: {
        ...PAGE_LIMIT,
        default: 50,
        description: 'How many tasks the snapshot has at most.',
      },
      output: {
        type: 'boolean',
        default: false,
        description: 'Whether new lines of output are told, too.',
      },
      last_event_id: LAST_EVENT_ID,
    },
  },
  taskEvents: {
    ...STREAM,
    path: '/{task_id}/events',
    summary: 'One task as it stands, and its changes until it is over.',
    query: {
      output: {
        type: 'boolean',
        default: true,
        description: 'Whether new lines of output are told, too.',
      },
      last_event_id: LAST_EVENT_ID,
    },
  },
  cancel: {
    method: 'POST',
    path: '/{task_id}/cancel',
    action: 'cancel',
    summary: 'Cancels a task, or asks the process that runs it to stop it.',
    query: { view: VIEW },
    body: CANCEL_REQUEST,
    answer: ANY_TASK,
    statuses: {
      200: 'It is cancelled.',
      202: 'Its process was asked to stop it: it is cancelled when the work has really stopped.',
    },
    problems: ['INVALID_TRANSITION'],
  },
  count: {
    ...COUNT,
    path: '/count',
    summary: 'How many tasks have each status.',
    answer: COUNTS,
  },
  countRunning: {
    ...COUNT,
    path: '/count/running',
    summary: 'How many tasks are running.',
    answer: RUNNING_COUNT,
  },
  countPending: {
    ...COUNT,
    path: '/count/pending',
    summary: 'How many tasks are pending.',
    answer: PENDING_COUNT,
  },
  countCompleted: {
    ...COUNT,
    path: '/count/completed',
    summary: 'How many tasks completed.',
    answer: COMPLETED_COUNT,
  },
  countFailed: {
    ...COUNT,
    path: '/count/failed',
    summary: 'How many tasks failed.',
    answer: FAILED_COUNT,
  },
  countCancelled: {
    ...COUNT,
    path: '/count/cancelled',
    summary: 'How many tasks were cancelled.',
    answer: CANCELLED_COUNT,
  },
  health: {
    method: 'GET',
    path: '/health',
    action: 'read',
    summary: 'Whether what is shown can be trusted: the store, its counters, the changes.',
    query: {},
    answer: VITALS,
    statuses: {
      200: 'The store answers; `status` says whether anything is wrong or late.',
      503: 'The store does not answer.',
    },
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    action: 'read',
    summary: 'Metrics for Prometheus, where the option `metrics` is on.',
    query: {},
    answer: text('Metrics in the text format of Prometheus.'),
    answerType: 'text/plain',
    problems: ['PATH_NOT_FOUND'],
  },
  ui: {
    method: 'GET',
    path: '/ui',
    action: 'read',
    summary:
      'The web page, where the option `dashboard` is given. What it loads is below this path.',
    query: {},
    queryIsForPage: true,
    answer: text('An HTML page.'),
    answerType: 'text/html',
    statuses: {
      200: 'The page.',
      403: 'A page that says so, where the request accepts `text/html`.',
    },
    problems: ['PATH_NOT_FOUND'],
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
    answer: CLEANUP,
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    action: 'read',
    summary: 'This description of the API, as OpenAPI 3.1.',
    query: {},
    answer: OPENAPI,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export type EndpointName = keyof typeof ENDPOINTS;

/** What each endpoint answers with if all is well. */
export type Answers = {
  readonly [Name in EndpointName]: (typeof ENDPOINTS)[Name] extends { readonly answer: infer S }
    ? ValueOf<S>
    : never;
};

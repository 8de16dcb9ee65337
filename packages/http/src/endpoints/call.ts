import type { IncomingMessage } from 'node:http';
import type { Task, TaskFilter, TaskMonitor } from '@task-monitor/core';
import type { EndpointName, ENDPOINTS } from '../contract.js';
import type { ServedDashboard } from '../dashboard/served-dashboard.js';
import type { DocumentText } from '../openapi/document-text.js';
import type { Metrics } from '../metrics/metrics.js';
import type { QueryValues } from '../query-string.js';
import type { Reply } from '../reply.js';
import type { StreamHub } from '../stream/stream-hub.js';
import type { Wait } from '../waiting-room.js';
import type { WireTexts } from '../wire-texts.js';

/** A request that has been found good: its endpoint may do what it asks, within `scope`. */
export interface Call<Name extends EndpointName = EndpointName> {
  readonly monitor: TaskMonitor;
  readonly req: IncomingMessage;
  readonly query: QueryValues<(typeof ENDPOINTS)[Name]['query']>;
  /** What the body says, of an endpoint that takes one; `{}` without one. */
  readonly body: unknown;
  /** What the caller may see and change. Every read and write is narrowed to it. */
  readonly scope: TaskFilter;
  /** The task that the path names; it is within `scope`. */
  readonly task: (typeof ENDPOINTS)[Name]['path'] extends `/{task_id}${string}` ? Task : null;
  readonly texts: WireTexts;
  readonly streams: StreamHub;
  /** What `GET /openapi.json` answers with. */
  readonly document: DocumentText;
  /** Whether it may be answered later. What has waited is answered at once. */
  readonly mayWait: boolean;
  /** `null`: they are off. */
  readonly metrics: Metrics | null;
  /** `null`: there is none. */
  readonly dashboard: ServedDashboard | null;
  /** Whether this caller would be allowed to cancel `task`. */
  readonly mayCancel: (task: Task) => Promise<boolean>;
}

/** What answers a request, or says what it is to wait for: then it is called again, and answers as things stand by then. */
export type Handler<Name extends EndpointName> = (
  call: Call<Name>,
) => Reply | Wait | Promise<Reply | Wait>;

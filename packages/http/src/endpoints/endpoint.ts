import type { TaskFilter, TaskMonitor } from '@task-monitor/core';
import type { Answers, EndpointName, QueryOf } from '../contract.js';
import type { Timestamps } from '../wire.js';

/** A request that was routed, checked and allowed. */
export interface EndpointRequest<Name extends EndpointName> {
  readonly monitor: TaskMonitor;
  readonly query: QueryOf<Name>;
  /** What this caller may see. */
  readonly filter: TaskFilter;
  readonly timestamps: Timestamps;
}

/** The body as JSON text, which for a list is put together from its parts. `Body` only types it. */
export interface EndpointAnswer<Body> {
  readonly json: string & { readonly body?: Body };
  readonly link?: string;
}

export type AnswerEndpoint<Name extends EndpointName> = (
  request: EndpointRequest<Name>,
) => Promise<EndpointAnswer<Answers[Name]>>;

export function answer<Body>(body: Body): EndpointAnswer<Body> {
  return { json: JSON.stringify(body) };
}

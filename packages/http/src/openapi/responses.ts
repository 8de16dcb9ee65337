import type { Endpoint } from '../contract.js';
import type { JsonSchema } from '../contract/schema.js';
import type { Components, WrittenSchema } from './components.js';
import { eventSchema } from './event-schema.js';
import { type WrittenHeader, writtenHeaders } from './headers.js';
import { problemName, problemsOf, statusesOf } from './problems.js';

/** The description of an answer in the document. */
export interface WrittenResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, WrittenHeader>>;
  readonly content?: Readonly<Record<string, { readonly schema: WrittenSchema }>>;
}

export interface Reference {
  readonly $ref: string;
}

/** All answers of `endpoint`, by status. `problems` has those that it shares with others. */
export function writtenResponses(
  endpoint: Endpoint,
  components: Components,
  problems: ReadonlyMap<number, WrittenResponse>,
): Readonly<Record<string, WrittenResponse | Reference>> {
  const { statuses = { 200: endpoint.summary }, emptyStatuses = {} } = endpoint;
  const responses: Record<string, WrittenResponse | Reference> = {};
  for (const status of statusesOf(problemsOf(endpoint)))
    responses[status] = { $ref: `#/components/responses/${problemName(status)}` };
  for (const [status, description] of Object.entries(emptyStatuses))
    responses[status] = { description, ...writtenHeaders(endpoint.headers) };
  for (const [status, description] of Object.entries(statuses)) {
    // A status can say both: 503 of what is asked about, and of the server itself.
    const ofProblem = status in responses ? problems.get(Number(status)) : undefined;
    const own = writtenHeaders(endpoint.headers).headers;
    const headers = ofProblem?.headers ? { ...own, ...ofProblem.headers } : own;
    responses[status] = {
      description: ofProblem ? `${description} Or: ${ofProblem.description}` : description,
      ...(headers && { headers }),
      content: { ...contentOf(endpoint, components), ...ofProblem?.content },
    };
  }
  return responses;
}

function contentOf(
  { answer, answerType = 'application/json', stream }: Endpoint,
  components: Components,
): WrittenResponse['content'] {
  if (answer !== undefined) return { [answerType]: { schema: components.write(answer) } };
  if (stream === undefined) return {};
  const schema: JsonSchema = {
    type: 'string',
    description: 'Server-sent events; each is as `contentSchema` says.',
    contentMediaType: EVENT_STREAM,
    contentSchema: eventSchema(stream),
  };
  return { [EVENT_STREAM]: { schema: components.write(schema) } };
}

const EVENT_STREAM = 'text/event-stream';

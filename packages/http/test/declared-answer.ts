import type { IncomingHttpHeaders } from 'node:http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApiDocument } from '../src/openapi/document.js';
import type { WrittenResponse } from '../src/openapi/responses.js';

/** An answer of the API as a client got it. */
export interface SeenAnswer {
  readonly method: string;
  /** Below the mount, with its query. */
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** `null`: not read to its end; its parts are checked one by one. */
  readonly body: string | null;
}

/** One event of a stream. */
export interface SeenEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

const API = openApiDocument();
const ajv = new Ajv2020({ strict: false, logger: false });
ajv.addSchema(withoutOtherFields(API) as object, 'api', undefined, false);
const validators = new Map<string, ValidateFunction>();

/** `part` of the document, where no object has fields that it does not declare: later versions may have more, this one must not. */
function withoutOtherFields(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutOtherFields);
  if (typeof part !== 'object' || part === null) return part;
  const copy = Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, withoutOtherFields(value)]),
  );
  const isOpen = copy['type'] === 'object' && 'properties' in copy;
  return isOpen && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}

/** Throws unless the OpenAPI document of the API has this answer to this request: its status, media type, headers and body. */
export function checkAnswer(answer: SeenAnswer): void {
  try {
    check(answer);
  } catch (error) {
    const { method, path, status, body } = answer;
    const { message } = error as Error;
    const shown = `${method} ${path.slice(0, 200)} → ${status} ${body?.slice(0, 500) ?? ''}`;
    throw new Error(`The OpenAPI document does not have this answer: ${message}\n${shown}`, {
      cause: error,
    });
  }
}

/** Throws unless the OpenAPI document has this event. */
export function checkEvent(event: SeenEvent): void {
  const wrong = mistakes('#/components/schemas/' + eventTitle(event.event), event);
  if (wrong === null) return;
  const shown = JSON.stringify(event).slice(0, 500);
  throw new Error(`The OpenAPI document does not have this event: ${wrong}\n${shown}`);
}

/** The events in the text of a stream that is over. */
export function checkEventStream(text: string): void {
  for (const block of text.split('\n\n')) {
    const fields = new Map(block.split('\n').map((line) => splitOnce(line, ': ')));
    const [event, id, data] = ['event', 'id', 'data'].map((name) => fields.get(name));
    if (data === undefined) continue;
    checkEvent({ event: event ?? '', ...(id !== undefined && { id }), data: JSON.parse(data) });
  }
}

function check(answer: SeenAnswer): void {
  const { method, path, status, headers, body } = answer;
  if (path.startsWith('/ui/')) return checkBelowPage(answer);
  const template = templateOf(path.split('?')[0] ?? '');
  const operations = template === null ? {} : (API.paths[template] ?? {});
  if (template !== null && method === 'OPTIONS' && status !== 403) {
    demand(status === 204 && headers.allow !== undefined, 'OPTIONS is a 204 with Allow');
    demand(body === '', 'OPTIONS has no body');
    return;
  }
  const name = (method === 'HEAD' ? 'GET' : method).toLowerCase();
  const operation = operations[name];
  if (operation === undefined) {
    demand(
      template === null ? [403, 404].includes(status) : [403, 405].includes(status),
      template === null ? 'the path is not declared' : 'the method is not declared',
    );
    demand(status !== 405 || headers.allow !== undefined, 'Allow is missing');
    return checkBody(
      { type: PROBLEM, headers, body, method, status },
      '#/components/schemas/Problem',
    );
  }
  const found = operation.responses[status];
  if (found === undefined) throw new Error('the status is not declared');
  const pointer =
    '$ref' in found ? found.$ref : `#/paths/${escaped(template ?? '')}/${name}/responses/${status}`;
  const response = at(pointer) as WrittenResponse;
  for (const header of HEADERS)
    if (headers[header.toLowerCase()] !== undefined)
      demand(response.headers?.[header] !== undefined, `the header ${header} is not declared`);
  const type = mediaType(headers);
  if (response.content === undefined) {
    demand(type === undefined && !body, 'no body is declared');
    return;
  }
  demand(type !== undefined && type in response.content, `the type ${type} is not declared`);
  checkBody(
    { type: type as string, headers, body, method, status },
    `${pointer}/content/${escaped(type as string)}/schema`,
  );
}

/** The files of the page are no part of the API; what is wrong is told of them as of everything. */
function checkBelowPage({ method, path, status, headers, body }: SeenAnswer): void {
  demand([200, 204, 304, 308, 403, 404, 405, 413].includes(status), 'no file has this status');
  demand(headers.allow !== undefined || ![204, 405].includes(status), 'Allow is missing');
  if (status === 308) demand(/^\.\.\/ui(\?|$)/.test(headers.location ?? ''), 'it leads elsewhere');
  if ([204, 304, 308].includes(status)) demand(body === '', 'no body is declared');
  if (status === 200) demand(/^\/ui\/[^/?]+(\?|$)/.test(path), 'a file has a name');
  if (status < 400) return;
  const problem = '#/components/schemas/Problem';
  checkBody({ type: PROBLEM, headers, body, method, status }, problem);
}

interface SeenBody extends Omit<SeenAnswer, 'path'> {
  readonly type: string;
}

function checkBody({ type, headers, body, method, status }: SeenBody, schema: string): void {
  demand(mediaType(headers) === type, `the type is ${mediaType(headers)}, not ${type}`);
  if (method === 'HEAD') return demand(!body, 'HEAD has no body');
  if (body === null) return;
  if (type === 'text/event-stream') return checkEventStream(body);
  const value: unknown = type.endsWith('json') ? JSON.parse(body) : body;
  const wrong = mistakes(schema, value);
  if (wrong !== null) throw new Error(wrong);
  if (type === PROBLEM)
    demand((value as { status: number }).status === status, 'the problem has another status');
}

const PROBLEM = 'application/problem+json';
const HEADERS = ['Allow', 'ETag', 'Link', 'Retry-After'];

/** The path of the document that `path` is one of, fixed ones first. */
function templateOf(path: string): string | null {
  if (path in API.paths && !path.includes('{')) return path;
  for (const template of Object.keys(API.paths)) {
    const pattern = template.replace(/[.*+?^$|()[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
    if (template.includes('{') && new RegExp(`^${pattern}$`).test(path)) return template;
  }
  return null;
}

function mistakes(schema: string, value: unknown): string | null {
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `api${schema}` });
    validators.set(schema, validate);
  }
  return validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: 'body' });
}

function eventTitle(name: string): string {
  const schemas = Object.entries(API.components.schemas);
  const found = schemas.find(([, { properties }]) => {
    const { event } = Object(properties) as { event?: { enum?: readonly string[] } };
    return event?.enum?.includes(name);
  });
  return found?.[0] ?? 'StreamedEvent';
}

/** What a JSON pointer of the document leads to. */
function at(pointer: string): unknown {
  return pointer
    .slice('#/'.length)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], API);
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function mediaType(headers: IncomingHttpHeaders): string | undefined {
  return headers['content-type']?.split(';')[0];
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

function demand(claim: boolean, otherwise: string): void {
  if (!claim) throw new Error(otherwise);
}

import { type Endpoint, ENDPOINTS } from '../contract.js';
import type { ProblemCode } from '../problem.js';
import { Components, type WrittenSchema } from './components.js';
import { writtenHeaders } from './headers.js';
import { type WrittenParameter, writtenParameters } from './parameters.js';
import {
  problemDescription,
  problemHeaders,
  problemName,
  problemSchema,
  problemsOf,
  statusesOf,
} from './problems.js';
import { type Reference, type WrittenResponse, writtenResponses } from './responses.js';
import { VERSION } from '../version.js';

/** An OpenAPI 3.1 document, as far as this API needs one. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly security: readonly [];
  /** By path, then by method in small letters. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, WrittenOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, WrittenSchema>>;
    readonly responses: Readonly<Record<string, WrittenResponse>>;
  };
}

/** One endpoint in the document. */
export interface WrittenOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly WrittenParameter[];
  readonly requestBody?: {
    readonly description: string;
    readonly content: Readonly<Record<string, { readonly schema: WrittenSchema }>>;
  };
  readonly responses: Readonly<Record<string, WrittenResponse | Reference>>;
}

/** Describes the HTTP API as OpenAPI 3.1: what `GET /openapi.json` answers with. It is made anew by every call. */
export function openApiDocument(): OpenApiDocument {
  return describeEndpoints(ENDPOINTS);
}

/** Describes these endpoints, by their names. */
export function describeEndpoints(endpoints: Readonly<Record<string, Endpoint>>): OpenApiDocument {
  const components = new Components();
  const problems = problemResponses(Object.values(endpoints), components);
  const paths: Record<string, Record<string, WrittenOperation>> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const operation = writtenOperation(name, endpoint, components, problems);
    (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operation;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Task Monitor',
      summary: 'Background tasks: what runs, how far it is, what has become of it.',
      description: DESCRIPTION,
      version: VERSION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative to the address of the document: right at every mount, and behind a proxy that rewrites paths.
    servers: [{ url: '.', description: 'Where this document is.' }],
    tags: [{ name: TAG, description: 'Background tasks.' }],
    security: [],
    paths,
    components: {
      schemas: components.schemas,
      responses: Object.fromEntries(
        [...problems].map(([status, response]) => [problemName(status), response]),
      ),
    },
  };
}

const TAG = 'Tasks';

const DESCRIPTION = [
  'Who may do what is up to the application that this API is a part of.',
  'Every path answers HEAD where it has GET, without a body, and OPTIONS with 204 and `Allow`.',
  'A path that is not described here is 404 with the code `PATH_NOT_FOUND`.',
].join('\n\n');

function writtenOperation(
  operationId: string,
  endpoint: Endpoint,
  components: Components,
  problems: ReadonlyMap<number, WrittenResponse>,
): WrittenOperation {
  const parameters = writtenParameters(endpoint);
  const { summary, body } = endpoint;
  return {
    operationId,
    summary,
    tags: [TAG],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        description: body.description ?? summary,
        content: { 'application/json': { schema: components.write(body) } },
      },
    }),
    responses: writtenResponses(endpoint, components, problems),
  };
}

/** The problems that any of `endpoints` can answer with, by status. */
function problemResponses(
  endpoints: readonly Endpoint[],
  components: Components,
): ReadonlyMap<number, WrittenResponse> {
  const codes: readonly ProblemCode[] = [...new Set(endpoints.flatMap(problemsOf))];
  const schema = components.write(
    problemSchema([...new Set([...codes, 'PATH_NOT_FOUND'] as const)]),
  );
  return new Map(
    statusesOf(codes).map((status) => [
      status,
      {
        description: problemDescription(status, codes),
        ...writtenHeaders(problemHeaders(status)),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  );
}

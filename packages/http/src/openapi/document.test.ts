import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { TaskMonitor } from '@task-monitor/core';
import { serve } from '../../test/served.js';
import { type Endpoint, ENDPOINTS } from '../contract.js';
import { text } from '../contract/schema.js';
import { describeEndpoints, openApiDocument } from './document.js';

async function lint(document: unknown): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['spec', 'recommended'] });
  const found = await lintFromString({ source: JSON.stringify(document), config });
  return found.map(({ severity, ruleId, message, location: [place] }) => {
    return `${severity} ${ruleId} at ${place?.pointer ?? ''}: ${message}`;
  });
}

describe('openApiDocument', () => {
  it('is without an error or a warning by all rules of the linter', async () => {
    expect(await lint(openApiDocument())).toEqual([]);
  });

  it('is looked at by a linter that finds what is wrong', async () => {
    const { paths, ...document } = openApiDocument();
    const broken = { ...document, paths: { ...paths, '/stats': { get: { responses: {} } } } };
    expect(await lint(broken)).not.toEqual([]);
  });

  it('has every endpoint, under its name', () => {
    const { paths } = openApiDocument();
    for (const [name, { path, method }] of Object.entries(ENDPOINTS))
      expect(paths[path]?.[method.toLowerCase()]).toMatchObject({ operationId: name });
  });

  it('has the version of the package', () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text);
    expect(openApiDocument().info['version']).toBe(version);
  });

  it('says that nothing joins the documented fields, and that more may join all others', () => {
    const isClosed = ({ additionalProperties }: Readonly<Record<string, unknown>>): boolean =>
      additionalProperties === false;
    const { schemas } = openApiDocument().components;
    const closed = Object.keys(schemas).filter((name) => isClosed(schemas[name] ?? {}));
    expect(closed).toEqual(['Cleanup', 'RunningCount', 'Stats', 'Task', 'TaskList']);
    // A part of a schema that has no name of its own cannot be closed either.
    const parts = JSON.stringify(schemas).match(/"additionalProperties":false/g);
    expect(parts).toHaveLength(closed.length);
  });

  it('is what GET /openapi.json answers with', async () => {
    const monitor = new TaskMonitor();
    const { get } = await serve(monitor);
    const { status, headers, body } = await get('/openapi.json');
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toBe(JSON.stringify(openApiDocument()));
    await monitor.close();
  });

  it('has a server that is right wherever the document is', () => {
    const [server] = openApiDocument().servers;
    const document = 'https://example.com/api/tasks/openapi.json';
    expect(new URL(server?.url ?? '', document).href).toBe('https://example.com/api/tasks/');
  });
});

describe('describeEndpoints', () => {
  const responsesOf = (endpoint: Partial<Endpoint>) => {
    const health: Endpoint = {
      method: 'GET',
      path: '/health',
      action: 'read',
      summary: 'How it is.',
      query: {},
      ...endpoint,
    };
    return describeEndpoints({ health }).paths['/health']?.['get']?.responses ?? {};
  };

  it('describes an answer that is no JSON', () => {
    const responses = responsesOf({ answerType: 'text/plain', answer: text('Lines.') });
    const schema = { type: 'string', description: 'Lines.' };
    expect(responses['200']).toEqual({
      description: 'How it is.',
      content: { 'text/plain': { schema } },
    });
  });

  it('describes an answer with the status of a problem beside that problem', () => {
    const answer = text('In a word.');
    const responses = responsesOf({ answer, statuses: { 200: 'Well.', 503: 'Not well.' } });
    expect(responses['503']).toMatchObject({
      description: expect.stringMatching(/^Not well\. Or: `STORE_UNAVAILABLE`: /),
      headers: { 'Retry-After': {} },
      content: {
        'application/json': { schema: { type: 'string' } },
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      },
    });
  });

  it('describes answers without a body, with their headers', () => {
    const emptyStatuses = { 304: 'As it was.' };
    const responses = responsesOf({ answer: text(''), emptyStatuses, headers: ['ETag'] });
    expect(responses['304']).toEqual({
      description: 'As it was.',
      headers: { ETag: { description: expect.any(String), schema: { type: 'string' } } },
    });
    expect(responses['200']).toMatchObject({ headers: { ETag: {} } });
  });
});

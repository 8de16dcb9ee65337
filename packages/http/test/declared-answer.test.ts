import type { IncomingHttpHeaders } from 'node:http';
import { TaskMonitor } from '@task-monitor/core';
import { checkAnswer, checkEvent, checkEventStream, type SeenAnswer } from './declared-answer.js';
import { serve } from './served.js';

const JSON_TYPE: IncomingHttpHeaders = { 'content-type': 'application/json; charset=utf-8' };
const PROBLEM_TYPE: IncomingHttpHeaders = { 'content-type': 'application/problem+json' };

const COUNTS =
  '{"running_tasks":1,"pending_tasks":1,"completed_tasks":1,"failed_tasks":1,"cancelled_tasks":1}';

function answer(given: Partial<SeenAnswer>): SeenAnswer {
  const body = '{"running_tasks":2}';
  return { method: 'GET', path: '/count/running', status: 200, headers: JSON_TYPE, body, ...given };
}

function problem(status: number, code: string): Partial<SeenAnswer> {
  const body = { type: 'about:blank', title: 'x', status, detail: 'x', code };
  return { status, headers: PROBLEM_TYPE, body: JSON.stringify(body) };
}

describe('checkAnswer', () => {
  it.each<[string, Partial<SeenAnswer>]>([
    ['a body', {}],
    ['another body', { path: '/count', body: COUNTS }],
    ['HEAD without one', { method: 'HEAD', body: '' }],
    ['OPTIONS', { method: 'OPTIONS', status: 204, headers: { allow: 'GET' }, body: '' }],
    ['a problem', problem(400, 'INVALID_INPUT')],
    ['a problem of an unknown path', { path: '/a/b', ...problem(404, 'PATH_NOT_FOUND') }],
    [
      'a stream',
      { path: '/events', headers: { 'content-type': 'text/event-stream' }, body: ':\n\n' },
    ],
    ['a status without a body', { path: '/events', status: 204, headers: {}, body: '' }],
  ])('lets pass %s that is declared', (_what, given) => {
    expect(() => checkAnswer(answer(given))).not.toThrow();
  });

  it.each<[string, Partial<SeenAnswer>, RegExp]>([
    ['a status', { status: 201 }, /the status is not declared\nGET \/count\/running → 201/],
    ['a status elsewhere', { ...problem(409, 'INVALID_TRANSITION') }, /status is not declared/],
    ['a type', { headers: { 'content-type': 'text/html' } }, /the type text\/html is not declared/],
    ['no type', { headers: {} }, /the type undefined is not declared/],
    ['a header', { headers: { ...JSON_TYPE, link: '<?>' } }, /the header Link is not declared/],
    ['a field', { body: '{"running_tasks":2,"x":1}' }, /must NOT have additional properties/],
    [
      'a field of what may have more in later versions',
      { path: '/count', body: COUNTS.replace('}', ',"x":1}') },
      /must NOT have additional properties/,
    ],
    ['a missing field', { body: '{}' }, /must have required property 'running_tasks'/],
    ['a value', { body: '{"running_tasks":-1}' }, /body\/running_tasks must be >= 0/],
    ['a text that is no JSON', { body: 'x' }, /JSON/],
    ['the body of another path', { path: '/count' }, /must have required property/],
    ['a body for HEAD', { method: 'HEAD' }, /HEAD has no body/],
    ['a code', problem(400, 'NO_SUCH_CODE'), /body\/code must be equal to one of/],
    [
      'a problem of another status',
      { ...problem(400, 'FORBIDDEN'), status: 403 },
      /another status/,
    ],
    ['a path', { path: '/a/b' }, /the path is not declared/],
    ['a method', { method: 'PUT' }, /the method is not declared/],
    ['OPTIONS without Allow', { method: 'OPTIONS', status: 204, headers: {}, body: '' }, /Allow/],
    ['a body with a 204', { path: '/events', status: 204, body: 'x' }, /no body is declared/],
  ])('throws for %s that is not declared', (_what, given, message) => {
    expect(() => checkAnswer(answer(given))).toThrow(message);
  });
});

describe('checkEvent', () => {
  it.each([
    ['a name', { event: 'task.vanished', data: {} }],
    ['data', { event: 'task.removed', id: '1', data: { ids: [1] } }],
    ['the data of another event', { event: 'task.started', id: '1', data: { ids: ['task-1'] } }],
    ['a field', { event: 'end', id: '1', data: { why: 'over' } }],
  ])('throws for %s that is not declared', (_what, event) => {
    expect(() => checkEvent(event)).toThrow(/does not have this event/);
  });

  it('is asked for every event of a stream that is over', () => {
    const good = 'retry: 2000\n\nevent: task.removed\nid: 1\ndata: {"ids":["task-1"]}\n\nid: 2\n\n';
    expect(() => checkEventStream(good)).not.toThrow();
    expect(() => checkEventStream(`${good}event: end\ndata: {"ids":[]}\n\n`)).toThrow(
      /does not have this event/,
    );
  });
});

describe('serve', () => {
  it('rejects an answer of the API that its document does not have', async () => {
    const monitor = new TaskMonitor();
    monitor.count = () => Promise.resolve(-1);
    const { get } = await serve(monitor);
    await expect(get('/count/running')).rejects.toThrow('body/running_tasks must be >= 0');
    await monitor.close();
  });
});

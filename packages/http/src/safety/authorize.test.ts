import type { IncomingMessage } from 'node:http';
import type { Problem } from '../problem.js';
import { authorized } from './authorize.js';

const REQ = { method: 'GET' } as IncomingMessage;

const decide = (decision: () => unknown) =>
  authorized(decision as () => boolean, REQ, { action: 'read', task: null });

const refusal = (decision: () => unknown): Promise<Problem> =>
  decide(decision).then(
    (scope) => Promise.reject(new Error(`It was allowed: ${JSON.stringify(scope)}`)),
    (error: unknown) => error as Problem,
  );

describe('authorized', () => {
  it.each([true, Promise.resolve(true)])('gives everything for true', async (decision) => {
    expect(await decide(() => decision)).toEqual({});
  });

  it.each([
    {},
    { tag: 'tenant-7' },
    { statuses: ['running', 'pending'], type: 'ingest', parentId: 'task-1' },
    Object.assign(Object.create(null) as object, { type: 'ingest' }),
  ])('gives what the filter %j matches', async (filter) => {
    expect(await decide(() => ({ filter }))).toEqual({ ...filter });
  });

  it('is not changed by what becomes of the filter later', async () => {
    const filter: Record<string, string> = { tag: 'tenant-7' };
    const scope = await decide(() => ({ filter }));
    delete filter['tag'];
    expect(scope).toEqual({ tag: 'tenant-7' });
  });

  it.each([false, Promise.resolve(false)])('refuses for false', async (decision) => {
    expect(await refusal(() => decision)).toMatchObject({ status: 403, cause: undefined });
  });

  it('refuses on a throw and on a rejection, and keeps the reason', async () => {
    const cause = new Error('the user directory is away');
    const thrown = () => {
      throw cause;
    };
    expect(await refusal(thrown)).toMatchObject({ status: 403, cause });
    expect(await refusal(() => Promise.reject(cause))).toMatchObject({ status: 403, cause });
  });

  it.each([
    undefined,
    null,
    0,
    1,
    'true',
    '',
    {},
    [],
    [true],
    { filter: undefined },
    { filter: null },
    { filter: true },
    { filter: 'tag' },
    { filter: [] },
    { filter: new Map([['tag', 'a']]) },
    { filter: Promise.resolve({ tag: 'a' }) },
    { filter: { tag: undefined } },
    { filter: { tag: null } },
    { filter: { tag: ['a'] } },
    { filter: { type: 7 } },
    { filter: { tennant: 'a' } },
    { filter: { status: 'running' } },
    { filter: { statuses: 'running' } },
    { filter: { statuses: ['gone'] } },
    { filter: JSON.parse('{"__proto__":{"tag":"a"}}') as unknown },
  ])('refuses for %j', async (decision) => {
    const problem = await refusal(() => decision);
    expect(problem.status).toBe(403);
    expect(problem.cause).toBeInstanceOf(TypeError);
  });

  it('refuses where the answer cannot even be read', async () => {
    const decision = {
      get filter(): never {
        throw new Error('no');
      },
    };
    expect(await refusal(() => decision)).toMatchObject({ status: 403 });
  });
});

import { listRequest, type ListOptions } from './list-options.js';

const refused = (options: unknown): unknown => {
  try {
    listRequest(options as ListOptions);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'accepted';
};

describe('listRequest', () => {
  it('asks for the newest 50 of all tasks by default', () => {
    expect(listRequest({})).toEqual({ filter: {}, order: 'newest', after: null, limit: 50 });
  });

  it('asks oldest first when only tasks that are still to be finished are wanted', () => {
    expect(listRequest({ status: 'running' }).order).toBe('oldest');
    expect(listRequest({ status: 'pending' }).order).toBe('oldest');
    expect(listRequest({ status: ['pending', 'running'] }).order).toBe('oldest');
    expect(listRequest({ status: ['pending', 'failed'] }).order).toBe('newest');
    expect(listRequest({ status: 'completed' }).order).toBe('newest');
    expect(listRequest({ status: 'running', order: 'newest' }).order).toBe('newest');
    expect(listRequest({ type: 'ingest' }).order).toBe('newest');
  });

  it('passes on what was asked for, and nothing that was not', () => {
    expect(
      listRequest({
        status: ['failed'],
        type: 'ingest',
        tag: 'video',
        parentId: 'a1',
        limit: 3,
        cursor: '42',
      }),
    ).toEqual({
      filter: { statuses: ['failed'], type: 'ingest', tag: 'video', parentId: 'a1' },
      order: 'newest',
      after: 42,
      limit: 3,
    });
    expect(Object.keys(listRequest({ type: 'ingest' }).filter)).toEqual(['type']);
    expect(listRequest({ cursor: null }).after).toBeNull();
  });

  it.each([0, -1, 1.5, 1_001, NaN, Infinity, '50', 1e9])('refuses a limit of %p', (limit) => {
    expect(refused({ limit })).toMatch(
      /^INVALID_OPTIONS: Expected `limit` to be an integer from 1 to 1000, got /,
    );
  });

  it('takes limits from 1 to 1,000', () => {
    expect(listRequest({ limit: 1 }).limit).toBe(1);
    expect(listRequest({ limit: 1_000 }).limit).toBe(1_000);
  });

  it('refuses a status that is none', () => {
    const expected =
      'INVALID_OPTIONS: Expected `status` to be one of pending, running, completed, failed, cancelled, got ';
    expect(refused({ status: 'done' })).toBe(`${expected}"done" (string).`);
    expect(refused({ status: ['running', 'constructor'] })).toBe(
      `${expected}"constructor" (string).`,
    );
    expect(refused({ status: null })).toBe(`${expected}null.`);
    expect(refused({ status: new Set(['running']) })).toBe(`${expected}an object.`);
  });

  it('refuses an order, a type, a tag or a parent that can be none', () => {
    expect(refused({ order: 'asc' })).toBe(
      'INVALID_OPTIONS: Expected `order` to be "newest" or "oldest", got "asc" (string).',
    );
    for (const name of ['type', 'tag', 'parentId']) {
      expect(refused({ [name]: 5 })).toBe(
        `INVALID_OPTIONS: Expected \`${name}\` to be a string, got 5 (number).`,
      );
    }
  });

  it.each([
    '0',
    '-1',
    '1.5',
    ' 1',
    '1e3',
    '0x1',
    '01',
    '',
    'abc',
    '9'.repeat(16),
    42,
    {},
    [],
    true,
  ])('refuses the cursor %p', (cursor) => {
    expect(refused({ cursor })).toMatch(
      /^INVALID_INPUT: Expected `cursor` to be the `nextCursor` of another page; got /,
    );
  });

  it('suggests the nearest option', () => {
    expect(refused({ statuses: ['running'] })).toBe(
      'INVALID_OPTIONS: list has no option `statuses`. Did you mean `status`?',
    );
  });
});

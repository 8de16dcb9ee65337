import { TaskMonitorError } from '@task-monitor/core';
import { storeError, TimeUp, troubleOf } from './postgres-error.js';

function anError(code: string | null, message = 'something'): Error {
  return Object.assign(new Error(message), code === null ? {} : { code });
}

describe('troubleOf', () => {
  for (const code of [
    '08000',
    '08006',
    '57P01',
    '57P02',
    '57P03',
    '57P05',
    '25P03',
    '25P04',
    '53300',
    '25006',
    'ECONNREFUSED',
    'ECONNRESET',
    'EAI_AGAIN',
    'ENOTFOUND',
  ]) {
    it(`takes ${code} for a server that is away`, () => {
      expect(troubleOf(anError(code))).toBe('away');
    });
  }

  for (const message of [
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Connection terminated due to connection timeout',
  ]) {
    it(`takes "${message}" of the driver for a server that is away`, () => {
      expect(troubleOf(anError(null, message))).toBe('away');
    });
  }

  it('takes an answer that does not come for a server that is away', () => {
    expect(troubleOf(new TimeUp('late'))).toBe('away');
  });

  for (const code of ['40001', '40P01', '55P03']) {
    it(`takes ${code} for another transaction in the way`, () => {
      expect(troubleOf(anError(code))).toBe('clash');
    });
  }

  for (const code of ['23505', '42P01', '28P01', '3D000', '57014', '53100']) {
    it(`takes ${code} for what stays as it is`, () => {
      expect(troubleOf(anError(code))).toBe('final');
    });
  }

  it('takes a mistake of the program for what stays as it is', () => {
    expect(troubleOf(new TypeError('x is not a function'))).toBe('final');
  });
});

describe('storeError', () => {
  for (const [code, expected] of [
    ['53100', 'STORE_FULL'],
    ['XX001', 'STORE_CORRUPT'],
    ['XX002', 'STORE_CORRUPT'],
    ['23502', 'STORE_CORRUPT'],
    ['25006', 'STORE_UNAVAILABLE'],
    ['57P01', 'STORE_UNAVAILABLE'],
    ['22P05', 'STORE_UNAVAILABLE'],
  ] as const) {
    it(`is ${expected} for ${code}, with its cause`, () => {
      const cause = anError(code);
      expect(storeError(cause)).toMatchObject({
        code: expected,
        details: { sqlState: code },
        cause,
      });
    });
  }

  it('leaves one as it is that has a code of ours', () => {
    const error = new TaskMonitorError('STORE_CORRUPT', 'x');
    expect(storeError(error)).toBe(error);
  });

  it('says what kept each address of a name from being reached', () => {
    const attempts = ['::1', '127.0.0.1'].map(
      (address) => new Error(`connect ECONNREFUSED ${address}`),
    );
    const error = Object.assign(new AggregateError(attempts), { code: 'ECONNREFUSED' });
    expect(storeError(error).message).toBe(
      'PostgreSQL did not do it: connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1',
    );
  });

  it('says what a role needs that may not do it', () => {
    const denied = Object.assign(new Error('permission denied for table meta'), { code: '42501' });
    expect(storeError(denied).message).toBe(
      'PostgreSQL did not do it: permission denied for table meta. The role needs USAGE on the schema, and SELECT, INSERT, UPDATE and DELETE on its tables; to make them, CREATE on the database, too',
    );
  });

  it('says what to do about a database that does not exist', () => {
    const absent = Object.assign(new Error('database "tasks" does not exist'), { code: '3D000' });
    expect(storeError(absent).message).toBe(
      'PostgreSQL did not do it: database "tasks" does not exist. Create the database, or name another',
    );
  });

  it('takes whatever is thrown', () => {
    expect(storeError('away').message).toContain('away');
  });
});

import { ERROR_CODES, TaskMonitorError } from '@task-monitor/core';
import { aTellingError, SECRETS } from '../test/faulty-monitor.js';
import { Problem } from './problem.js';

describe('Problem', () => {
  it('is written with its members in this order', () => {
    const problem = Problem.invalid([{ parameter: 'limit', detail: 'It is too large.' }]);
    expect(JSON.stringify(problem)).toBe(
      '{"type":"about:blank","title":"Bad Request","status":400,"detail":"It is too large.",' +
        '"code":"INVALID_INPUT","errors":[{"parameter":"limit","detail":"It is too large."}]}',
    );
  });

  it.each([
    ['INVALID_OPTIONS', 500],
    ['INVALID_INPUT', 400],
    ['TASK_NOT_FOUND', 404],
    ['TASK_EXISTS', 409],
    ['INVALID_TRANSITION', 409],
    ['CAPACITY', 503],
    ['FORBIDDEN', 403],
    ['STORE_UNAVAILABLE', 503],
    ['STORE_FULL', 507],
    ['STORE_CORRUPT', 500],
    ['MONITOR_CLOSED', 503],
  ] as const)('answers %s with %d', (code, status) => {
    expect(Problem.from(new TaskMonitorError(code, 'message')).status).toBe(status);
  });

  it.each(ERROR_CODES)('never shows what an error with code %s says', (code) => {
    const cause = aTellingError();
    const shown = JSON.stringify(
      Problem.from(new TaskMonitorError(code, cause.message, { details: { cause }, cause })),
    );
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
  });

  it.each([aTellingError(), 'text', null, undefined, { status: 200, message: 'x' }, Symbol('x')])(
    'answers whatever else is thrown with 500 and a request id',
    (thrown) => {
      const { request_id: requestId, ...rest } = Problem.from(thrown).toJSON();
      expect(rest).toEqual({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'The server cannot answer this request.',
        code: 'INTERNAL_ERROR',
      });
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('has a request id of its own each time', () => {
    expect(Problem.from(null).requestId).not.toBe(Problem.from(null).requestId);
  });

  it('tells which trouble of the store it is only where the client can do something', () => {
    expect(Problem.from(new TaskMonitorError('STORE_CORRUPT', '')).code).toBe('INTERNAL_ERROR');
    const away = Problem.from(new TaskMonitorError('STORE_UNAVAILABLE', ''));
    expect([away.code, away.headers]).toEqual(['STORE_UNAVAILABLE', { 'Retry-After': '5' }]);
  });
});

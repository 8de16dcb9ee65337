import { ENDPOINTS } from '../contract.js';
import { problemsOf, statusesOf } from './problems.js';

describe('problemsOf', () => {
  it.each([
    ['stats', [400, 403, 405, 413, 500, 503]],
    ['task', [400, 403, 404, 405, 413, 500, 503]],
    ['events', [400, 403, 405, 413, 500, 503]],
    ['cleanup', [400, 403, 405, 408, 413, 500, 503, 507]],
    ['cancel', [400, 403, 404, 405, 408, 409, 413, 415, 500, 503, 507]],
  ] as const)('have these statuses for %s', (name, statuses) => {
    expect(statusesOf(problemsOf(ENDPOINTS[name]))).toEqual(statuses);
  });

  it('have too many streams where there are streams alone', () => {
    expect(problemsOf(ENDPOINTS.events)).toContain('TOO_MANY_STREAMS');
    expect(problemsOf(ENDPOINTS.stats)).not.toContain('TOO_MANY_STREAMS');
  });
});

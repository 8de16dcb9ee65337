import { ENDPOINTS, type Endpoint } from './contract.js';

const endpoints: readonly Endpoint[] = Object.values(ENDPOINTS);

describe('ENDPOINTS', () => {
  it('have the seven documented ones among them', () => {
    const rows = endpoints.map(({ method, path }) => `${method} ${path}`);
    expect(rows).toEqual(
      expect.arrayContaining([
        'DELETE /cleanup',
        'GET /all',
        'GET /count/running',
        'GET /pending',
        'GET /running',
        'GET /stats',
        'GET /{task_id}',
      ]),
    );
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('have the documented defaults', () => {
    expect(ENDPOINTS.all.query.include_completed.default).toBe(true);
    expect(ENDPOINTS.all.query.limit.default).toBe(50);
    expect(ENDPOINTS.cleanup.query.days.default).toBe(7);
  });

  it('have no path that a task id could be taken for: an id has a digit', () => {
    for (const { path } of endpoints) expect(path).not.toMatch(/\d/);
  });

  it('change something only by methods that are not GET', () => {
    for (const { method, action } of endpoints) expect(action === 'read').toBe(method === 'GET');
  });
});

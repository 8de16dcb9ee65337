import pg from 'pg';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { Database } from './database.js';
import { TimeUp } from './postgres-error.js';

const pool = new pg.Pool();

afterEach(() => void jest.restoreAllMocks());

afterAll(() => pool.end());

describe('persistently', () => {
  it('tells why it had to try again, and not that the time was up meanwhile', async () => {
    const database = new Database(pool, { isOwn: true });
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), {
      code: 'ECONNREFUSED',
    });
    let attempts = 0;
    const trying = database.persistently(async () => {
      throw attempts++ === 0 ? refused : new TimeUp();
    });
    await expect(trying).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', cause: refused });
    expect(attempts).toBeGreaterThan(1);
  });

  it('tells it at once where it was held up until the time was up', async () => {
    const database = new Database(pool, { isOwn: true });
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), {
      code: 'ECONNREFUSED',
    });
    let attempts = 0;
    const trying = database.persistently(async () => {
      attempts++;
      throw refused;
    });
    const now = performance.now();
    // By now it waits for its next attempt, and no time has passed: then the process stands still for a minute.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    jest.spyOn(performance, 'now').mockReturnValue(now + 60_000);
    await expect(trying).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', cause: refused });
    expect(attempts).toBe(1);
  });
});

import pg from 'pg';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Database } from './database.js';
import { TimeUp } from './postgres-error.js';

const pool = new pg.Pool();

afterEach(() => pool.end());

describe('persistently', () => {
  it('tells why it had to try again, and not that the time was up meanwhile', async () => {
    const database = new Database(pool);
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
});

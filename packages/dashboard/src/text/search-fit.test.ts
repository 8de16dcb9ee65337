import { describe, expect, it } from '@jest/globals';
import { aTask } from '../testing/a-task.js';
import { fit } from './search-fit.js';
import { readTerms } from './read-terms.js';

const task = aTask({ status: 'failed', type: 'ingest', tags: ['acme', 'night'], parent_id: 'p1' });

describe('fit', () => {
  it.each([
    ['', 'yes'],
    ['status:failed', 'yes'],
    ['status:FAILED,running', 'yes'],
    ['status:running', 'no'],
    ['-status:failed', 'no'],
    ['-status:running type:ingest tag:night parent:p1', 'yes'],
    ['type:Ingest', 'no'],
    ['tag:acme tag:day', 'no'],
    ['timeout', 'maybe'],
    ['status:failed error:timeout', 'maybe'],
    ['status:running error:timeout', 'no'],
    ['created:<2h', 'maybe'],
  ])('of %j says %j', (q, expected) => {
    expect(fit(readTerms(q), task)).toBe(expected);
  });
});

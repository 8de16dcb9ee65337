import { describe, expect, it } from '@jest/globals';
import { isUnfinished } from './search-fields.js';

describe('isUnfinished', () => {
  it.each(['status:', 'status:fai', 'tag:a,', '-', '"no ans', 'meta.', 'meta.us', 'created:<'])(
    'says so of %j',
    (q) => {
      expect(isUnfinished(q)).toBe(true);
    },
  );

  it.each(['created:<2', 'duration:>', 'created:2026-', 'created:>2026-01-3'])(
    'says so of %j, half of a time',
    (q) => {
      expect(isUnfinished(q)).toBe(true);
    },
  );

  it.each(['meta.pages:>', 'meta.pages:<=', 'meta.pages:>-', 'meta.pages:>1.', 'meta.a:1,>'])(
    'says so of %j, half of a number',
    (q) => {
      expect(isUnfinished(q)).toBe(true);
    },
  );

  it.each(['meta.pages:>1', 'meta.pages:-', 'meta.pages:">"', 'name:>'])(
    'says of %j that it is whole',
    (q) => {
      expect(isUnfinished(q)).toBe(false);
    },
  );

  it.each(['', 'status:failed', 'status:nothing', 'stauts:failed', 'timeout', 'created:<2h'])(
    'says of %j that it can be asked for',
    (q) => {
      expect(isUnfinished(q)).toBe(false);
    },
  );

  it.each(['status: ', 'created:2026-01-31', 'name:""'])(
    'says of %j that it can be asked for',
    (q) => {
      expect(isUnfinished(q)).toBe(false);
    },
  );
});

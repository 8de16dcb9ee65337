import { describe, expect, it } from '@jest/globals';
import { etaDetail, etaHeadline } from './eta.js';

describe('etaHeadline', () => {
  it.each([
    [{ p50: 180_000, p90: 300_000 }, 'About 3 min left'],
    [{ p50: 2_000, p90: 3_000 }, 'A few seconds left'],
    [{ p50: 0, p90: 120_000 }, 'Within 2 min'],
    [{ p50: 0, p90: 0 }, 'Later than expected'],
  ])('says of %j: %s', (remaining, text) => {
    expect(etaHeadline(remaining)).toBe(text);
  });
});

describe('etaDetail', () => {
  const eta = {
    remaining_ms: { p50: 0, p90: 0 },
    finishes_at: '2026-01-01T10:00:00.000Z',
    basis: 'history' as const,
    samples: 12,
  };

  it('says how sure it is, and what it follows from', () => {
    expect(etaDetail({ p90: 300_000 }, eta)).toBe(
      'nine in ten within 5 min, by how long 12 completed tasks of its type took',
    );
    expect(etaDetail({ p90: 0 }, { ...eta, basis: 'rate' })).toBe(
      'nine in ten were over by now, by how fast it has gone so far',
    );
  });
});

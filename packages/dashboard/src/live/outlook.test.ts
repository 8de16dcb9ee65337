import { aTask } from '../testing/a-task.js';
import { durationMs, remainingMs } from './outlook.js';

const ETA = {
  finishes_at: '2026-01-01T10:01:00.000Z',
  remaining_ms: { p50: 40_000, p90: 90_000 },
  basis: 'rate',
  samples: 8,
} as const;

const seen = (given: Parameters<typeof aTask>[0]) => ({
  task: aTask(given),
  at: 1_000,
  perSecond: null,
});

describe('durationMs', () => {
  it('goes on while a task runs', () => {
    expect(durationMs(seen({ duration_ms: 5_000 }), 3_000)).toBe(7_000);
    expect(durationMs(seen({ duration_ms: 5_000, status: 'failed' }), 3_000)).toBe(5_000);
  });
});

describe('remainingMs', () => {
  it('is what was estimated, less the time since', () => {
    expect(remainingMs(seen({ eta: ETA }), 11_000)).toEqual({ p50: 30_000, p90: 80_000 });
  });

  it('is nothing that can be said of a task that is to be cancelled', () => {
    const cancel = {
      requested_at: '2026-01-01T10:00:05.000Z',
      reason: null,
      requested_by: null,
      acknowledged_at: null,
      forced: false,
    };
    expect(remainingMs(seen({ eta: ETA, cancel }), 11_000)).toBeNull();
  });

  it('is nothing that can be said of a task that does not move', () => {
    for (const state of ['quiet', 'stalled'] as const) {
      const health = { state, evidence: 'No progress for 6 min', since: null };
      expect(remainingMs(seen({ eta: ETA, health }), 11_000)).toBeNull();
    }
  });
});

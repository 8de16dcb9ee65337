import { describe, expect, it } from '@jest/globals';
import type { WireFullTask } from '@task-monitor/client';
import { aTask } from '../testing/a-task.js';
import { cancelSteps } from './cancel-steps.js';

const cancel = {
  requested_at: '2026-01-01T10:00:05.000Z',
  reason: null,
  requested_by: null,
  acknowledged_at: null,
  forced: false,
};

const told = (given: Partial<WireFullTask>): string[] =>
  (cancelSteps(aTask({ cancel, ...given })) ?? []).map(({ title, state }) => `${title}: ${state}`);

describe('cancelSteps', () => {
  it('has nothing to say where nobody asked', () => {
    expect(cancelSteps(aTask())).toBeNull();
  });

  it('says when, by whom and why', () => {
    const [requested] =
      cancelSteps(aTask({ cancel: { ...cancel, reason: 'too slow', requested_by: 'ada' } })) ?? [];
    expect(requested).toEqual({
      title: 'Requested',
      state: 'done',
      at: '2026-01-01T10:00:05.000Z',
      text: 'by ada · “too slow”',
    });
  });

  it('waits for the work', () => {
    expect(told({})).toEqual(['Requested: done', 'Asked to stop: now', 'Cancelled: ahead']);
  });

  it('tells that the work has stopped', () => {
    const acknowledged_at = '2026-01-01T10:00:06.000Z';
    expect(told({ status: 'cancelled', cancel: { ...cancel, acknowledged_at } })).toEqual([
      'Requested: done',
      'Acknowledged: done',
      'Cancelled: done',
    ]);
  });

  it('does not tell that the work has stopped where nobody knows', () => {
    expect(told({ status: 'cancelled', cancel: { ...cancel, forced: true } })[1]).toBe(
      'Forced: doubtful',
    );
    expect(told({ status: 'cancelled', driver: 'caller' })[1]).toBe('Not confirmed: doubtful');
  });

  it('knows that there was nothing to stop', () => {
    expect(told({ status: 'cancelled', started_at: null })[1]).toBe('Nothing to stop: done');
  });

  it('tells of work that came to its own end', () => {
    expect(told({ status: 'completed' })).toEqual([
      'Requested: done',
      'Not stopped: doubtful',
      'Completed: doubtful',
    ]);
    expect(told({ status: 'failed' })[2]).toBe('Failed: doubtful');
  });
});

import { describe, expect, it } from '@jest/globals';
import { statusesIn, toggleStatus } from './status-filter.js';

describe('statusesIn', () => {
  it('tells the statuses that are asked for, and none of those that are left out', () => {
    expect([...statusesIn('type:a status:Failed,cancelled')]).toEqual(['failed', 'cancelled']);
    expect([...statusesIn('-status:completed "status:failed"')]).toEqual([]);
  });
});

describe('toggleStatus', () => {
  it('adds the first status in front of the rest', () => {
    expect(toggleStatus('', 'failed')).toBe('status:failed');
    expect(toggleStatus('type:a "b', 'failed')).toBe('status:failed type:a "b');
  });

  it('adds another one to those that are there', () => {
    expect(toggleStatus('type:a status:failed b', 'cancelled')).toBe(
      'type:a status:failed,cancelled b',
    );
  });

  it('takes one away, and the term with the last', () => {
    expect(toggleStatus('status:failed,cancelled b', 'failed')).toBe('status:cancelled b');
    expect(toggleStatus('a status:failed b', 'failed')).toBe('a b');
    expect(toggleStatus('status:failed', 'failed')).toBe('');
  });

  it('leaves alone what is left out', () => {
    expect(toggleStatus('-status:completed', 'failed')).toBe('status:failed -status:completed');
  });
});

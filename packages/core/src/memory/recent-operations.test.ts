import { RecentOperations } from './recent-operations.js';

describe('RecentOperations', () => {
  it('knows a write by writer and sequence', () => {
    const recent = new RecentOperations();
    recent.add({ writer: 'monitor-1', sequence: 1 });
    expect(recent.has({ writer: 'monitor-1', sequence: 1 })).toBe(true);
    expect(recent.has({ writer: 'monitor-1', sequence: 2 })).toBe(false);
    expect(recent.has({ writer: 'monitor-2', sequence: 1 })).toBe(false);
  });

  it('knows the last 4,096 writes of a writer, and takes none for another one', () => {
    const recent = new RecentOperations();
    for (let sequence = 1; sequence <= 10_000; sequence++) {
      recent.add({ writer: 'monitor-1', sequence });
    }
    const knows = (sequence: number): boolean => recent.has({ writer: 'monitor-1', sequence });
    expect([5_905, 8_000, 10_000].map(knows)).toEqual([true, true, true]);
    expect([1, 5_904, 10_001].map(knows)).toEqual([false, false, false]);
  });

  it('forgets the writers that came first when there are many', () => {
    const recent = new RecentOperations();
    for (let n = 1; n <= 100; n++) recent.add({ writer: `monitor-${n}`, sequence: 7 });
    expect(recent.has({ writer: 'monitor-100', sequence: 7 })).toBe(true);
    expect(recent.has({ writer: 'monitor-1', sequence: 7 })).toBe(false);
  });
});

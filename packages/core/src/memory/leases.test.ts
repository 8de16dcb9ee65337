import type { ExpireRequest } from '../store.js';
import { aFailure, aLeaseHolder } from '../testing/builders.js';
import { Leases } from './leases.js';

const REQUEST: ExpireRequest = {
  dead: [],
  expired: true,
  gapMs: 16_000,
  graceMs: 30_000,
  error: aFailure({ code: 'ORPHANED' }),
  endedBy: { cause: 'orphaned', monitor: 'monitor-1' },
  at: 0,
  limit: 10,
  operation: { writer: 'monitor-1', sequence: 1 },
};

describe('Leases', () => {
  let now = 0;
  let leases: Leases;
  const renew = (id: string, renew: boolean): string =>
    leases.renew({ ...aLeaseHolder(id), durationMs: 30_000, renew });
  /** Searches every 10 s from now until `at`, and answers with whom the last search found. */
  const searchUntil = (at: number): readonly string[] => {
    for (; now + 10_000 <= at;) {
      now += 10_000;
      leases.dead(REQUEST);
    }
    now = at;
    return [...leases.dead(REQUEST).named];
  };
  beforeEach(() => {
    now = 0;
    leases = new Leases(() => now);
  });

  it('holds a lease for as long as it was asked for', () => {
    renew('owner-1', false);
    expect(searchUntil(30_000)).toEqual([]);
    expect(searchUntil(30_001)).toEqual(['owner-1']);
  });

  it('holds it longer when it is renewed', () => {
    renew('owner-1', false);
    searchUntil(20_000);
    expect(renew('owner-1', true)).toBe('held');
    expect(searchUntil(50_000)).toEqual([]);
    expect(searchUntil(50_001)).toEqual(['owner-1']);
  });

  it('tells an owner that its lease is lost', () => {
    renew('owner-1', false);
    leases.release('owner-1');
    expect(renew('owner-1', true)).toBe('lost');
    expect(renew('owner-1', false)).toBe('held');
  });

  it('lets a lease be renewed that ran out but was not taken away', () => {
    renew('owner-1', false);
    now = 40_000;
    expect(renew('owner-1', true)).toBe('held');
    expect(searchUntil(now)).toEqual([]);
  });

  it('gives everybody time to renew after a while without any search', () => {
    renew('owner-1', false);
    now = 40_000;
    expect([...leases.dead(REQUEST).named]).toEqual([]);
    expect(searchUntil(69_999)).toEqual([]);
    expect(searchUntil(70_000)).toEqual(['owner-1']);
  });

  it('does not take a late search for such a while', () => {
    renew('owner-1', false);
    searchUntil(20_000);
    now = 36_000;
    expect([...leases.dead(REQUEST).named]).toEqual(['owner-1']);
  });

  it('believes at once who is named as dead, and looks for nobody else unless asked to', () => {
    renew('owner-1', false);
    renew('owner-2', false);
    now = 100_000;
    expect([...leases.dead({ ...REQUEST, dead: ['owner-2'], expired: false }).named]).toEqual([
      'owner-2',
    ]);
  });

  it('tells who holds a lease', () => {
    renew('owner-1', false);
    renew('owner-2', false);
    leases.release('owner-1');
    expect(leases.holders()).toEqual([aLeaseHolder('owner-2')]);
  });
});

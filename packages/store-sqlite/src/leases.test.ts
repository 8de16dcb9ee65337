import { type ExpireRequest, type LeaseRequest } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';
import { migrated } from '../test/migrated.js';
import type { Connection } from './connection.js';
import { Leases } from './leases.js';

const HOUR_MS = 3_600_000;

/** Renews every 5 s and searches every 10 s, as monitors do, for so long. */
function live(leases: Leases, clock: FakeClock, seconds: number, owners: readonly string[]): void {
  for (let passed = 5; passed <= seconds; passed += 5) {
    clock.advance(5_000);
    for (const owner of owners) leases.renew(aRenewal(owner, true));
    if (passed % 10 === 0) leases.ranOut(SEARCH);
  }
}

describe('a wall clock that is set', () => {
  let connection: Connection;
  let clock: FakeClock;
  let leases: Leases;
  beforeEach(async () => {
    connection = await migrated();
    clock = new FakeClock();
    leases = new Leases(connection, () => clock.now());
    leases.ranOut(SEARCH);
    clock.advance(30_000);
    leases.ranOut({ ...SEARCH, gapMs: Infinity });
    for (const owner of ['owner-1', 'owner-2']) leases.renew(aRenewal(owner, false));
    live(leases, clock, 30, ['owner-1', 'owner-2']);
  });
  afterEach(() => connection.close());

  it.each([
    ['an hour forward', HOUR_MS],
    ['twenty seconds forward', 20_000],
    ['ten seconds forward', 10_000],
    ['an hour back', -HOUR_MS],
    ['ten seconds back', -10_000],
  ])('%s takes no lease from anybody who lives', (_, jump) => {
    clock.jumpWall(jump);
    for (let searches = 0; searches < 6; searches++) {
      clock.advance(3_000);
      expect(leases.ranOut(SEARCH) ?? []).toEqual([]);
      clock.advance(2_000);
      for (const owner of ['owner-1', 'owner-2'])
        expect(leases.renew(aRenewal(owner, true))).toBe('held');
    }
  });

  it.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])('an hour %s delays what happens to the dead by no more than the grace', (_, jump) => {
    clock.jumpWall(jump);
    let found: readonly string[] = [];
    let seconds = 0;
    for (; found.length === 0 && seconds < 600; seconds += 10) {
      live(leases, clock, 5, ['owner-2']);
      clock.advance(5_000);
      found = leases.ranOut(SEARCH) ?? [];
    }
    expect(found).toEqual(['owner-1']);
    expect(seconds).toBeLessThanOrEqual(60);
  });
});

const SEARCH: ExpireRequest = {
  dead: [],
  expired: true,
  gapMs: 16_000,
  graceMs: 30_000,
  error: { code: 'ORPHANED', message: 'Its process died.', name: null, stack: null },
  endedBy: { cause: 'orphaned', monitor: 'monitor-1' },
  at: 0,
  limit: 100,
  operation: { writer: 'monitor-1', sequence: 1 },
};

function aRenewal(ownerId: string, renew: boolean): LeaseRequest {
  return {
    owner: { id: ownerId, host: 'ingest-3', pid: 4711 },
    bootId: 'boot-1',
    pidStart: '1',
    durationMs: 30_000,
    renew,
  };
}

import { describe, expect, it } from '@jest/globals';
import { aProgress, aTask } from '../../test/a-task.js';
import { Pace } from './pace.js';
import { shownTask } from './shown-task.js';

/** Seen at that second, when it said something; it had run for 100 s. */
function at(second: number, current: number, updated_at = '2026-01-15T10:01:40.000Z') {
  const progress_detail = aProgress({ current, total: 1_000, updated_at });
  return shownTask(aTask({ progress_detail, duration_ms: 100_000 }), second * 1_000);
}

describe('Pace', () => {
  it('is the mean before anything was seen, and then what was seen lately', () => {
    const pace = new Pace();
    pace.see(at(0, 100));
    expect(pace.of(at(0, 100), 0)).toBe(1);
    for (let second = 1; second <= 60; second++) pace.see(at(second, 100 + second * 5));
    for (let second = 61; second <= 100; second++) pace.see(at(second, 400 + (second - 60) * 2));
    expect(pace.of(at(100, 480), 100_000)).toBe(2);
  });

  it('begins anew where less is done than before', () => {
    const pace = new Pace();
    pace.see(at(0, 900));
    pace.see(at(10, 0));
    pace.see(at(20, 30));
    expect(pace.of(at(20, 30), 20_000)).toBe(3);
  });

  it('is not promised of what has been silent for longer than is usual', () => {
    const pace = new Pace();
    for (let second = 0; second <= 10; second++) pace.see(at(second, 100 + second));
    expect(pace.of(at(10, 110), 40_000)).toBe(1);
    expect(pace.of(at(10, 110), 40_001)).toBeNull();
    pace.see(at(50, 120));
    expect(pace.of(at(50, 120), 50_000 + 3 * 40_000)).toBe(1.2);
    expect(pace.of(at(50, 120), 50_001 + 3 * 40_000)).toBeNull();
  });

  it('is not promised at first sight of what said its last word long ago', () => {
    const pace = new Pace();
    const silent = at(0, 100, '2026-01-15T10:01:05.000Z');
    pace.see(silent);
    expect(pace.of(silent, 0)).toBeNull();
    pace.see(at(1, 101));
    expect(pace.of(at(1, 101), 1_000)).toBe(1.01);
  });

  it('is unknown of a task that says nothing, and of one that has just begun', () => {
    const pace = new Pace();
    expect(pace.of(shownTask(aTask(), 0), 0)).toBeNull();
    const begun = shownTask(aTask({ percent: 5, duration_ms: 500 }), 0);
    pace.see(begun);
    expect(pace.of(begun, 0)).toBeNull();
  });
});

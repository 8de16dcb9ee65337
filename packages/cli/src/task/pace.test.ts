import { describe, expect, it } from '@jest/globals';
import { aProgress, aTask } from '../../test/a-task.js';
import { Pace } from './pace.js';
import { shownTask } from './shown-task.js';

function at(second: number, current: number) {
  const progress_detail = aProgress({ current, total: 1_000 });
  return shownTask(aTask({ progress_detail, duration_ms: 100_000 }), second * 1_000);
}

describe('Pace', () => {
  it('is the mean before anything was seen, and then what was seen lately', () => {
    const pace = new Pace();
    pace.see(at(0, 100));
    expect(pace.of(at(0, 100))).toBe(1);
    for (let second = 1; second <= 60; second++) pace.see(at(second, 100 + second * 5));
    for (let second = 61; second <= 100; second++) pace.see(at(second, 400 + (second - 60) * 2));
    expect(pace.of(at(100, 480))).toBe(2);
  });

  it('begins anew where less is done than before', () => {
    const pace = new Pace();
    pace.see(at(0, 900));
    pace.see(at(10, 0));
    pace.see(at(20, 30));
    expect(pace.of(at(20, 30))).toBe(3);
  });

  it('is unknown of a task that says nothing, and of one that has just begun', () => {
    const pace = new Pace();
    expect(pace.of(shownTask(aTask(), 0))).toBeNull();
    const begun = shownTask(aTask({ percent: 5, duration_ms: 500 }), 0);
    pace.see(begun);
    expect(pace.of(begun)).toBeNull();
  });
});

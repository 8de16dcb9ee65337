import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('says nothing before it has seen enough', () => {
    const pace = new Pace();
    expect(pace.perSecond()).toBeNull();
    pace.see(10, 0);
    pace.see(20, 999);
    expect(pace.perSecond()).toBeNull();
  });

  it('is how many came per second', () => {
    const pace = new Pace();
    pace.see(10, 0);
    pace.see(20, 2_000);
    pace.see(30, 5_000);
    expect(pace.perSecond()).toBe(4);
  });

  it('forgets how fast it was long ago', () => {
    const pace = new Pace();
    pace.see(0, 0);
    pace.see(1_000, 1_000);
    for (let second = 2; second <= 60; second++) pace.see(1_000 + second, second * 1_000);
    expect(pace.perSecond()).toBeCloseTo(1, 5);
  });

  it('begins anew with a new count', () => {
    const pace = new Pace();
    pace.see(0, 0);
    pace.see(500, 1_000);
    pace.see(1, 2_000);
    expect(pace.perSecond()).toBeNull();
    pace.see(3, 3_000);
    expect(pace.perSecond()).toBe(2);
  });
});

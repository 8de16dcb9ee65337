import { describe, expect, it } from '@jest/globals';
import { aTask } from '../testing/a-task.js';
import { nested, placeIn, serverTime, ticks, tickText } from './timeline.js';

const aStep = (name: string, within: string | null = null) => ({
  name,
  within,
  weight: 1,
  status: 'pending' as const,
  started_at: null,
  completed_at: null,
  message: null,
  current: null,
  total: null,
  unit: null,
  percent: null,
});

describe('placeIn', () => {
  const span = { start: 1_000, end: 2_000 };

  it('is where something lies in the whole, in percent', () => {
    expect(placeIn(span, 1_250, 1_750)).toEqual({ left: 25, width: 50 });
    expect(placeIn(span, 1_000, 1_000)).toEqual({ left: 0, width: 0 });
  });

  it('ends where the whole ends', () => {
    expect(placeIn(span, 500, 2_500)).toEqual({ left: 0, width: 100 });
  });

  it('is nowhere for what is not in it, and where there is no whole', () => {
    expect(placeIn(span, 3_000, 4_000)).toBeNull();
    expect(placeIn({ start: 5, end: 5 }, 5, 5)).toBeNull();
    expect(placeIn(span, NaN, 1_500)).toBeNull();
  });
});

describe('ticks', () => {
  it.each([
    [40, [0, 10, 20, 30, 40]],
    [2_400, [0, 500, 1_000, 1_500, 2_000]],
    [47_000, [0, 10_000, 20_000, 30_000, 40_000]],
    [61_000, [0, 15_000, 30_000, 45_000, 60_000]],
    [100_000, [0, 30_000, 60_000, 90_000]],
    [7_200_000, [0, 1_800_000, 3_600_000, 5_400_000, 7_200_000]],
  ])('divides %d ms into %j', (lengthMs, instants) => {
    expect(ticks(lengthMs)).toEqual(instants);
  });

  it('has three to five, from a blink to years', () => {
    for (let lengthMs = 4; lengthMs < 1e12; lengthMs = Math.ceil(lengthMs * 1.07)) {
      const { length } = ticks(lengthMs);
      expect([lengthMs, length >= 3 && length <= 5]).toEqual([lengthMs, true]);
    }
  });
});

describe('tickText', () => {
  it.each([
    [0, '0'],
    [500, '500 ms'],
    [1_500, '1.5 s'],
    [30_000, '30 s'],
    [60_000, '1 min'],
    [90_000, '1:30 min'],
    [7_200_000, '2 h'],
    [5_400_000, '1:30 h'],
    [172_800_000, '2 d'],
  ])('writes %d as %s', (ms, text) => {
    expect(tickText(ms)).toBe(text);
  });
});

describe('nested', () => {
  it('puts steps behind the one that they are within', () => {
    const steps = [aStep('a'), aStep('b'), aStep('a1', 'a'), aStep('a2', 'a'), aStep('a1x', 'a1')];
    expect(nested(steps).map(({ step, depth }) => `${step.name} ${depth}`)).toEqual([
      'a 0',
      'a1 1',
      'a1x 2',
      'a2 1',
      'b 0',
    ]);
  });

  it('loses none that is within a step that is not there', () => {
    expect(nested([aStep('a', 'gone')])).toHaveLength(1);
  });
});

describe('serverTime', () => {
  it('follows from how long a task has run, whatever the clock of the browser says', () => {
    const task = aTask({ started_at: '2026-01-01T10:00:00.000Z', duration_ms: 5_000 });
    const seen = { task, at: 1_000_000, perSecond: null };
    expect(serverTime(seen, 1_002_000)).toBe(Date.parse('2026-01-01T10:00:07.000Z'));
  });

  it('is that of the browser where no task runs', () => {
    const task = aTask({ status: 'pending', started_at: null, duration_ms: null });
    expect(serverTime({ task, at: 5, perSecond: null }, 10)).toBe(10);
  });
});

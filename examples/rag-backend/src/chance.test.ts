import { describe, expect, it } from '@jest/globals';
import { Chance } from './chance.js';

describe('Chance', () => {
  it('comes out the same with the same seed', () => {
    const [one, other] = [new Chance(7), new Chance(7)];
    const draw = (chance: Chance): number[] => Array.from({ length: 20 }, () => chance.next());
    expect(draw(one)).toEqual(draw(other));
    expect(draw(one)).not.toEqual(draw(new Chance(8)));
  });

  it('draws every whole number of a range about as often', () => {
    const chance = new Chance(1);
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 60_000; draw++) {
      const number = chance.whole(1, 6);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

import { Turns } from './turns.js';

/** Counts the turns of the event loop until `done`. */
async function turnsUntil(done: Promise<unknown>): Promise<number> {
  let turns = 0;
  let waiting = true;
  const settled = done.finally(() => (waiting = false));
  while (waiting) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  await settled;
  return turns;
}

describe('Turns', () => {
  it('gives each a turn of its own, in the order of asking', async () => {
    const turns = new Turns();
    const order: number[] = [];
    const all = Array.from({ length: 10 }, async (_, who) => {
      for (let round = 0; round < 3; round++) {
        await turns.next();
        order.push(who);
      }
    });
    expect(await turnsUntil(Promise.all(all))).toBeGreaterThanOrEqual(30);
    const once = Array.from({ length: 10 }, (_, who) => who);
    expect(order).toEqual([...once, ...once, ...once]);
  });

  it('gives the next one at once when nobody else waits', async () => {
    const turns = new Turns();
    await turns.next();
    expect(await turnsUntil(turns.next())).toBeLessThanOrEqual(2);
  });
});

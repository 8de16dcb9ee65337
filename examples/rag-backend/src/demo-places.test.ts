import { expect, it } from '@jest/globals';
import { Places } from './demo-places.js';

it('gives a place to as many as there are, and to the next in line when one is left', async () => {
  const places = new Places(2);
  const leaves = [await places.take(), await places.take()];
  const order: string[] = [];
  const third = places.take().then((leave) => (order.push('third'), leave));
  const fourth = places.take().then((leave) => (order.push('fourth'), leave));
  order.push('one leaves');
  leaves[0]?.();
  (await third)();
  (await fourth)();
  expect(order).toEqual(['one leaves', 'third', 'fourth']);
});

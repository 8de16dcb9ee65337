import { expect, it } from '@jest/globals';
import type { EndpointMethods, OptionsOf } from './endpoint-methods.js';
import { TaskClient } from './task-client.js';

it('does not compile where an endpoint has no method, or a parameter is another', () => {
  const whole: EndpointMethods = new TaskClient('/tasks');
  const allButOne: Omit<EndpointMethods, 'count'> = whole;
  // @ts-expect-error `count` is missing.
  const partial: EndpointMethods = allButOne;
  // @ts-expect-error The limit is a number.
  const options: OptionsOf<'all'> = { limit: '5' };
  expect([whole, partial, options]).toHaveLength(3);
});

import { describe, expect, it } from '@jest/globals';
import { routeTo } from './routes.js';

describe('routeTo', () => {
  it('puts the id into the path as one segment', () => {
    expect(routeTo('cancel', 'a/b c?1')).toEqual({ method: 'POST', path: '/a%2Fb%20c%3F1/cancel' });
    expect(routeTo('task', '$&1').path).toBe('/%24%261');
  });

  it.each(['', '.', '..', undefined, 1])('throws for an id that would lead elsewhere: %j', (id) => {
    expect(() => routeTo('cancel', id as string)).toThrow(TypeError);
  });
});

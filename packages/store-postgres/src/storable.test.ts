import { storable } from './storable.js';

describe('storable', () => {
  it('leaves what PostgreSQL can hold as it is, and measures it', () => {
    const value = { text: 'embedding 🐘', list: [1, null, true], nested: { 'key ä': '' } };
    const answer = storable(value);
    expect(answer.value).toBe(value);
    expect(answer.size).toBeGreaterThan(30);
    expect(answer.size).toBeLessThan(200);
  });

  it('replaces NUL and half characters, in texts and keys of any depth', () => {
    expect(storable({ a: ['x\u0000y', { 'k\ud83d': 'z\udc18' }], n: 1 }).value).toEqual({
      a: ['x\ufffdy', { 'k\ufffd': 'z\ufffd' }],
      n: 1,
    });
    expect(storable('\u0000').value).toBe('\ufffd');
  });

  it('keeps a key that objects have already', () => {
    const value = JSON.parse('{"__proto__": "a\\u0000"}') as object;
    expect(Object.entries(storable(value).value)).toEqual([['__proto__', 'a\ufffd']]);
  });
});

import { readIdempotencyKey, requestTag } from './idempotency-key.js';

describe('readIdempotencyKey', () => {
  it('takes it with quotes and without', () => {
    expect(readIdempotencyKey('upload-17')).toBe('upload-17');
    expect(readIdempotencyKey('"upload-17"')).toBe('upload-17');
    expect(readIdempotencyKey(undefined)).toBeNull();
  });

  it.each(['', '""', 'x'.repeat(201)])('refuses %j', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow('Idempotency-Key: Expected 1 to 200');
  });
});

describe('requestTag', () => {
  it('is the same for the same request alone', () => {
    expect(requestTag(['a', 'b'])).toBe(requestTag(['a', 'b']));
    expect(requestTag(['a', 'b'])).not.toBe(requestTag(['b', 'a']));
  });
});

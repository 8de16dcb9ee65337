import { quoted } from './media-error.js';

describe('quoted', () => {
  it.each([
    ['bell-rock', '"bell-rock"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['a\u0000b\nc', '"a\\u0000b\\nc"'],
    ['\u007f\u0085\u009f', '"\\u007f\\u0085\\u009f"'],
    ['a\u2028b\u2029', '"a\\u2028b\\u2029"'],
    ['灯台の話', '"灯台の話"'],
  ])('shows %j so that every character can be seen', (name, shown) => {
    expect(quoted(name)).toBe(shown);
  });
});

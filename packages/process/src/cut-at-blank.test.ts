import { cutAtBlank } from './cut-at-blank.js';

describe('cutAtBlank', () => {
  it('leaves what fits', () => {
    expect(cutAtBlank('one two', 7)).toBe('one two');
  });

  it('cuts between words, and never keeps half of one', () => {
    expect(cutAtBlank('reading with token=a1b2c3d4', 24)).toBe('reading with…');
    expect(cutAtBlank('héllo wörld', 10)).toBe('héllo…');
  });

  it('cuts where it must when there is no blank near', () => {
    expect(cutAtBlank('x'.repeat(30), 20)).toBe(`${'x'.repeat(17)}…`);
    expect(cutAtBlank(`a ${'x'.repeat(3_000)}`, 2_048)).toBe(`a ${'x'.repeat(2_043)}…`);
  });
});

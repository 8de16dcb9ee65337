import { HeldLines, isBlank } from './held-lines.js';

describe('HeldLines', () => {
  const BAR = { update: { percent: 5 }, kept: null };

  it('gives lines out in their places when an ordinary line comes', () => {
    const out: string[] = [];
    const held = new HeldLines();
    held.addUnsure('frame=1', out);
    held.addBlank('', out);
    held.addBlank('  ', out);
    expect(out).toEqual(['frame=1']);
    held.release(out);
    expect(out).toEqual(['frame=1', '', '  ']);
    held.release(out);
    expect(out).toHaveLength(3);
  });

  it('drops the blank lines around a bar, and gives out what was unsure', () => {
    const out: string[] = [];
    const held = new HeldLines();
    held.addBlank('', out);
    held.addUnsure('frame=1', out);
    held.settle(BAR, out);
    held.addBlank('', out);
    held.release(out);
    expect(out).toEqual(['', 'frame=1']);
  });

  it('drops what was unsure when it was confirmed', () => {
    const out: string[] = [];
    const held = new HeldLines();
    held.addUnsure('frame=1', out);
    held.settle({ ...BAR, confirms: true }, out);
    held.release(out);
    expect(out).toEqual([]);
  });

  it('leaves the blank lines around a line of progress that is kept', () => {
    const out: string[] = [];
    const held = new HeldLines();
    held.addBlank('', out);
    held.settle({ update: { percent: 5 }, kept: '[1/2] a' }, out);
    held.addBlank('', out);
    held.release(out);
    expect(out).toEqual(['', '']);
  });
});

describe('isBlank', () => {
  it.each(['', ' ', '\t ', '\u001b[2K', '   \u001b[A', '\0'])('holds for %j', (raw) => {
    expect(isBlank(raw)).toBe(true);
  });

  it.each(['a', ' a', '\u001b[32ma\u001b[0m', '\u00e9'])('does not hold for %j', (raw) => {
    expect(isBlank(raw)).toBe(false);
  });
});

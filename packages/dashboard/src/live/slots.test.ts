import { describe, expect, it } from '@jest/globals';
import { LINGER_MS, Slots } from './slots.js';

describe('Slots', () => {
  it('keeps every running task where it is', () => {
    const slots = new Slots();
    expect(slots.update(['a', 'b'], 0)).toBe(true);
    expect(slots.update(['b', 'a'], 1)).toBe(false);
    expect(slots.ids).toEqual(['a', 'b']);
  });

  it('shows for a while what has ended, where it was', () => {
    const slots = new Slots();
    slots.update(['a', 'b', 'c'], 0);
    slots.update(['a', 'c'], 100);
    expect(slots.ids).toEqual(['a', 'b', 'c']);
    slots.update(['a', 'c'], 100 + LINGER_MS - 1);
    expect(slots.ids).toEqual(['a', 'b', 'c']);
    expect(slots.update(['a', 'c'], 100 + LINGER_MS)).toBe(true);
    expect(slots.ids).toEqual(['a', 'c']);
  });

  it('gives the place of what has ended to what starts next', () => {
    const slots = new Slots();
    slots.update(['a', 'b', 'c'], 0);
    slots.update(['a', 'c'], 100);
    slots.update(['a', 'c', 'd'], 200);
    expect(slots.ids).toEqual(['a', 'd', 'c']);
  });

  it('does not let one vanish unseen that ends as another starts', () => {
    const slots = new Slots();
    slots.update(['a'], 0);
    slots.update(['b'], 100);
    expect(slots.ids).toEqual(['a', 'b']);
  });
});

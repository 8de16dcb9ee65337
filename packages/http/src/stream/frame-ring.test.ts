import { describe, expect, it } from '@jest/globals';
import type { Frame } from './frame.js';
import { FrameRing } from './frame-ring.js';

function aFrame(position: string, bytes = 10): Frame {
  return { position, task: null, type: 'task.removed', removed: [], bytes: Buffer.alloc(bytes) };
}

function aRing(limits = {}): FrameRing {
  return new FrameRing({ maxFrames: 100, maxBytes: 1_000, maxPositions: 100, ...limits });
}

const positions = (frames: readonly Frame[]) => frames.map(({ position }) => position);

describe('FrameRing', () => {
  it('has what came after a position, also one of a change that nobody needs', () => {
    const ring = aRing();
    ring.restart('a.0');
    ring.append('a.1', aFrame('a.1'));
    ring.append('a.2', null);
    ring.append('a.3', aFrame('a.3'));
    const after = (position: string) => {
      const number = ring.after(position);
      return number === null ? null : positions(ring.from(number));
    };
    expect(after('a.0')).toEqual(['a.1', 'a.3']);
    expect(after('a.1')).toEqual(['a.3']);
    expect(after('a.2')).toEqual(['a.3']);
    expect(after('a.3')).toEqual([]);
    expect(after('a.4')).toBeNull();
  });

  it('forgets the oldest beyond its number of frames, and the positions before it', () => {
    const ring = aRing({ maxFrames: 2 });
    ring.restart('a.0');
    for (const position of ['a.1', 'a.2', 'a.3']) ring.append(position, aFrame(position));
    expect(ring.after('a.0')).toBeNull();
    expect(positions(ring.from(ring.after('a.1') as number))).toEqual(['a.2', 'a.3']);
    expect(ring.after('a.1')).toBe(ring.first);
  });

  it('forgets the oldest beyond its bytes, even the only one', () => {
    const ring = aRing();
    ring.restart('a.0');
    ring.append('a.1', aFrame('a.1', 600));
    ring.append('a.2', aFrame('a.2', 600));
    expect(ring.after('a.0')).toBeNull();
    expect(positions(ring.from(ring.first))).toEqual(['a.2']);
    ring.append('a.3', aFrame('a.3', 2_000));
    expect([ring.from(ring.first), ring.after('a.2'), ring.after('a.3')]).toEqual([
      [],
      null,
      ring.next,
    ]);
  });

  it('knows a limited number of positions', () => {
    const ring = aRing({ maxPositions: 2 });
    ring.restart('a.0');
    for (const position of ['a.1', 'a.2', 'a.3']) ring.append(position, null);
    expect(['a.1', 'a.2', 'a.3'].map((position) => ring.after(position) !== null)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('lets nobody go on at a number of before it was restarted', () => {
    const ring = aRing();
    ring.restart('a.0');
    const before = ring.next;
    ring.restart('a.7');
    expect(before).toBeLessThan(ring.first);
    expect([ring.after('a.0'), ring.after('a.7')]).toEqual([null, ring.first]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { WireOutputLine } from '@task-monitor/client';
import { missingBefore, OutputTail } from './output-tail.js';

const lines = (first: number, last: number): WireOutputLine[] =>
  Array.from({ length: last - first + 1 }, (_, index) => ({
    number: first + index,
    stream: 'stdout',
    text: `line ${first + index}`,
    at: '2026-01-01T10:00:00.000Z',
  }));

const numbers = (tail: OutputTail): number[] => tail.lines.map(({ number }) => number);

describe('OutputTail', () => {
  it('goes on with what comes', () => {
    const tail = new OutputTail().add(lines(1, 2)).add(lines(3, 4));
    expect([numbers(tail), tail.lastNumber]).toEqual([[1, 2, 3, 4], 4]);
  });

  it('has each line once, in order, when a stream and an answer tell the same', () => {
    const tail = new OutputTail().add(lines(3, 5)).add(lines(1, 4)).add(lines(5, 6));
    expect(numbers(tail)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is the same when nothing was new', () => {
    const tail = new OutputTail().add(lines(1, 3));
    expect(tail.add(lines(2, 3))).toBe(tail);
    expect(tail.add([])).toBe(tail);
  });

  it('keeps the newest 500', () => {
    const tail = new OutputTail().add(lines(1, 450)).add(lines(451, 600));
    expect([tail.lines.length, tail.lines[0]?.number, tail.lastNumber]).toEqual([500, 101, 600]);
  });
});

describe('missingBefore', () => {
  it('counts what is gone before the first line, and between two', () => {
    const { lines: kept } = new OutputTail().add(lines(5, 6)).add(lines(10, 10));
    expect(kept.map((_, index) => missingBefore(kept, index))).toEqual([4, 0, 3]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { OutputLines } from './output-lines.js';

function line(number: number) {
  return { number, stream: 'log' as const, text: `line ${number}`, at: '2026-01-15T10:00:00.000Z' };
}

describe('OutputLines', () => {
  it('gives each line once, and counts what is missing', () => {
    const lines = new OutputLines();
    expect(lines.take([line(3), line(4)])).toMatchObject({ dropped: 2 });
    expect(lines.take([line(4), line(5)])).toEqual({ dropped: 0, lines: [line(5)] });
    expect(lines.take([line(5)])).toEqual({ dropped: 0, lines: [] });
    expect(lines.take([line(9)])).toEqual({ dropped: 3, lines: [line(9)] });
    expect(lines.last).toBe(9);
  });
});

import { describe, expect, it } from '@jest/globals';
import { markMistake } from './mistake.js';

describe('markMistake', () => {
  it('marks from the position to the end of the word', () => {
    expect(markMistake('type:ingest stauts:failed x', 13)).toEqual({
      before: 'type:ingest ',
      wrong: 'stauts:failed',
      after: ' x',
    });
  });

  it('marks nothing where something is missing at the end', () => {
    expect(markMistake('status:', 8)).toEqual({ before: 'status:', wrong: '', after: '' });
  });

  it('shows of a long search what is around it', () => {
    const { before, wrong, after } = markMistake(`${'a'.repeat(100)} b:c ${'d'.repeat(100)}`, 102);
    expect(before).toBe(`…${'a'.repeat(31)} `);
    expect(wrong).toBe('b:c');
    expect(after).toBe(` ${'d'.repeat(23)}…`);
  });

  it('takes a position beyond the end for the end', () => {
    expect(markMistake('a', 1_000)).toEqual({ before: 'a', wrong: '', after: '' });
  });
});

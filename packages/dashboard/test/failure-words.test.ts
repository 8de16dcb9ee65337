import { describe, expect, it } from '@jest/globals';
import { FAILURE_CODES } from '@task-monitor/core';
import { endedByWords, failureWords, lateOutcomeWords } from '../src/text/failure-words.js';

describe('failureWords', () => {
  it.each([...FAILURE_CODES])('explains %s', (code) => {
    expect(failureWords(code)).toMatch(/^[A-Z].*\.$/);
  });

  it('has nothing to say of a code that it does not know', () => {
    expect(failureWords('METEOR')).toBeNull();
    expect(failureWords('constructor')).toBeNull();
  });
});

describe('endedByWords', () => {
  it('says what ended a task', () => {
    expect(endedByWords('timeout')).toBe('its time limit');
    expect(endedByWords('meteor')).toBe('meteor');
  });
});

describe('lateOutcomeWords', () => {
  it('says what the work came to', () => {
    const at = '2026-01-01T10:00:00.000Z';
    expect(lateOutcomeWords({ status: 'completed', at, message: null })).toMatch(/done$/);
    expect(lateOutcomeWords({ status: 'failed', at, message: null })).toMatch(/failed$/);
  });
});

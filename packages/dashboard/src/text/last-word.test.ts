import { describe, expect, it } from '@jest/globals';
import { aTask } from '../testing/a-task.js';
import { lastWord } from './last-word.js';

const END = '2026-01-01T10:00:09.000Z';

const detail = (given: { updated_at?: string; message?: string | null } = {}) => ({
  message: 'Embedding',
  current: null,
  total: null,
  unit: null,
  updated_at: '2026-01-01T10:00:05.000Z',
  steps: [],
  ...given,
});

const ended = (given: Parameters<typeof aTask>[0]) =>
  lastWord(aTask({ status: 'completed', completed_at: END, progress_detail: detail(), ...given }));

describe('lastWord', () => {
  it('is what a task says while it goes on', () => {
    expect(lastWord(aTask({ progress: 'Embedding' }))).toBe('Embedding');
    expect(lastWord(aTask({ progress: null }))).toBeNull();
  });

  it('is no more than what it said on the way once it has ended', () => {
    for (const status of ['completed', 'failed', 'cancelled'] as const)
      expect(ended({ status, progress: 'Embedding' })).toBe('last said: Embedding');
    expect(ended({ progress: '60%', percent: 60 })).toBe('last said: 60%');
    expect(ended({ progress: null })).toBeNull();
  });

  it('is what was said with the end, or of all that there was to do', () => {
    const atEnd = detail({ updated_at: END });
    expect(ended({ progress: '40 pages', progress_detail: atEnd })).toBe('40 pages');
    expect(ended({ progress: '8/8 pages (100%)', percent: 100 })).toBe('8/8 pages (100%)');
    expect(ended({ status: 'cancelled', progress: '100%', percent: 100 })).toBe('last said: 100%');
  });

  it('is nothing where the bar of what did not complete says the same', () => {
    const counted = detail({ message: null });
    expect(ended({ status: 'cancelled', progress: '31%', progress_detail: counted })).toBeNull();
    expect(ended({ progress: '31%', progress_detail: counted })).toBe('last said: 31%');
  });

  it('is not the outcome where it contradicts the end', () => {
    const atEnd = detail({ updated_at: END });
    expect(ended({ progress: '60%', percent: 60, progress_detail: atEnd })).toBe('last said: 60%');
  });
});

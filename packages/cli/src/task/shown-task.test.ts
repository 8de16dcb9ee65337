import { describe, expect, it } from '@jest/globals';
import { aProgress, aTask } from '../../test/a-task.js';
import { instantOf } from './instant.js';
import { shownTask } from './shown-task.js';

describe('shownTask', () => {
  it.each([
    [{ name: 'film', command: ['tar'], type: 'ingest' }, 'film'],
    [{ name: null, command: ['tar', 'c', 'x'], type: 'ingest' }, 'tar c x'],
    [{ name: null, command: [], type: 'ingest' }, 'ingest'],
    [{ name: null, command: [], type: null }, 'task-1'],
    [{ name: ' \x1b[2J ' }, 'task-1'],
  ])('calls %j %s', (changes, label) => {
    expect(shownTask(aTask(changes), 0).label).toBe(label);
  });

  it('says what the task says, with the step that it is in', () => {
    const step = {
      name: 'embed',
      within: null,
      weight: 1,
      status: 'running' as const,
      started_at: null,
      completed_at: null,
      message: 'page\n3',
      current: null,
      total: null,
      unit: null,
      percent: null,
    };
    const said = (message: string | null) =>
      shownTask(aTask({ progress_detail: aProgress({ message, steps: [step] }) }), 0).message;
    expect(said(null)).toBe('embed: page 3');
    expect(said('all')).toBe('embed: all');
    expect(shownTask(aTask({ progress_detail: aProgress() }), 0).message).toBeNull();
  });
});

describe('instantOf', () => {
  it('takes a time without a zone as UTC', () => {
    expect(instantOf('2026-01-15T10:00:00')).toBe(instantOf('2026-01-15T10:00:00.000Z'));
    expect(instantOf('2026-01-15T12:00:00+02:00')).toBe(instantOf('2026-01-15T10:00:00Z'));
  });
});

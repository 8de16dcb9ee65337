import { describe, expect, it } from '@jest/globals';
import { aTask } from '../../test/a-task.js';
import { cancelText, describeTask } from './describe.js';

const REQUESTED = {
  requested_at: '2026-01-15T10:00:00.000Z',
  reason: 'a newer upload',
  requested_by: 'ada',
  acknowledged_at: null,
  forced: false,
};

describe('cancelText', () => {
  it.each([
    [{ cancel: null }, 'Nobody asked to cancel it.'],
    [{ cancel: REQUESTED }, 'not acknowledged yet: its work goes on until it stops'],
    [
      {
        status: 'cancelled',
        cancel: { ...REQUESTED, acknowledged_at: '2026-01-15T10:00:01.000Z' },
      },
      'acknowledged 2026-01-15T10:00:01.000Z: its work has stopped',
    ],
    [
      { status: 'cancelled', cancel: { ...REQUESTED, forced: true } },
      'forced: its work did not stop in time and may go on',
    ],
    [
      { status: 'cancelled', driver: 'caller', cancel: REQUESTED },
      'nobody confirmed that its work has stopped',
    ],
    [{ status: 'completed', cancel: REQUESTED }, 'it completed all the same'],
  ] as const)('of %j says no more than is true', (changes, words) => {
    expect(cancelText(aTask(changes))).toContain(words);
  });

  it('names who asked, and why', () => {
    expect(cancelText(aTask({ cancel: REQUESTED }))).toContain('by ada (a newer upload)');
  });
});

describe('describeTask', () => {
  it('leaves out what is not known, and shows texts as texts', () => {
    const rows = describeTask(aTask({ metadata: { note: '\x1b[2J' }, tags: ['a\nb'] }));
    expect(rows.map(([name]) => name)).toEqual([
      'id',
      'name',
      'tags',
      'created',
      'started',
      'runs for',
      'metadata',
    ]);
    expect(Object.fromEntries(rows)).toMatchObject({
      tags: 'a b',
      metadata: '{"note":"\\u001b[2J"}',
      'runs for': '1 min',
    });
  });
});

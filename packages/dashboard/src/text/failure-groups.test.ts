import { describe, expect, it } from '@jest/globals';
import { aTask } from '../testing/a-task.js';
import { failureGroups, likeness, sameness } from './failure-groups.js';

describe('sameness', () => {
  it.each([
    ['Video 12 has 3,400.5 frames', 'Video <n> has <n> frames'],
    ['No such file: /srv/media/a.mp4', 'No such file: <path>'],
    ['GET https://api.example.com/v1/a?b=1 timed out', 'GET <url> timed out'],
    ['Task 550e8400-e29b-41d4-a716-446655440000 is gone', 'Task <id> is gone'],
    ['Unexpected token "x" in JSON', 'Unexpected token <text> in JSON'],
    ['commit 9fceb02d0ae598e95dc970b74767f19372d61af8', 'commit <id>'],
    ['the deadbeef cafe', 'the deadbeef cafe'],
  ])('takes from %j what changes', (message, same) => {
    expect(sameness(message)).toBe(same);
  });
});

describe('likeness', () => {
  it.each([
    ['Cannot read the container at byte 8756945: no index', 'Cannot read the container at byte'],
    ['12: the lighthouse is dark', 'the lighthouse is dark'],
    ['Exited with code 2\nTraceback of 300 lines, and then some more', 'Exited with code'],
    ['E42', ''],
  ])('finds in %j what others like it say, too', (message, part) => {
    expect(likeness(message)).toBe(part);
  });
});

describe('failureGroups', () => {
  it('puts failures together that differ by what changes every time, the latest first', () => {
    const failed = [
      aFailure(1, 'No answer after 30 s', '2026-01-01T10:00:00.000Z', 'ingest'),
      aFailure(2, 'Disk full', '2026-01-01T10:05:00.000Z', 'ingest'),
      aFailure(3, 'No answer after 31 s', '2026-01-01T10:10:00.000Z', 'embed'),
    ];
    const groups = failureGroups(failed).map(({ message, types, tasks }) => ({
      message,
      types,
      ids: tasks.map(({ task_id }) => task_id),
    }));
    expect(groups).toEqual([
      { message: 'No answer after 31 s', types: ['embed', 'ingest'], ids: ['task-3', 'task-1'] },
      { message: 'Disk full', types: ['ingest'], ids: ['task-2'] },
    ]);
  });

  it('keeps failures of another kind apart, though they say the same', () => {
    const one = aFailure(1, 'Stopped', '2026-01-01T10:00:00.000Z', null);
    const other = aTask({ ...one, task_id: 'task-2', error: { ...one.error!, code: 'TIMEOUT' } });
    expect(failureGroups([one, other])).toHaveLength(2);
  });
});

function aFailure(number: number, message: string, at: string, type: string | null) {
  return aTask({
    task_id: `task-${number}`,
    number,
    type,
    status: 'failed',
    error_message: message,
    completed_at: at,
    error: { code: 'ERROR', message, name: 'Error', stack: null },
  });
}

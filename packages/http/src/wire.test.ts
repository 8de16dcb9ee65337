import type { Task } from '@task-monitor/core';
import { aTask } from '../test/a-task.js';
import { toWire } from './wire.js';

describe('toWire', () => {
  it('has the documented fields in the documented order', () => {
    const task = aTask({
      id: '550e8400-e29b-41d4-a716-446655440000',
      command: ['python', '-m', 'src.worker.ingest_worker', '--videos', 'dQw4w9WgXcQ'],
      status: 'running',
      createdAt: Date.UTC(2024, 0, 15, 10, 30, 15),
      startedAt: Date.UTC(2024, 0, 15, 10, 30, 16),
      progress: progress({ message: 'Processing video segments...' }),
      metadata: { videos: ['dQw4w9WgXcQ'], request_type: 'ingest' },
    });
    expect(JSON.stringify(toWire(task, 'documented'))).toBe(
      '{"task_id":"550e8400-e29b-41d4-a716-446655440000",' +
        '"command":["python","-m","src.worker.ingest_worker","--videos","dQw4w9WgXcQ"],' +
        '"status":"running","created_at":"2024-01-15T10:30:15","started_at":"2024-01-15T10:30:16",' +
        '"completed_at":null,"error_message":null,"progress":"Processing video segments...",' +
        '"metadata":{"videos":["dQw4w9WgXcQ"],"request_type":"ingest"}}',
    );
  });

  it('writes instants with milliseconds and zone unless told otherwise', () => {
    const createdAt = Date.UTC(2024, 0, 15, 10, 30, 15, 7);
    expect(toWire(aTask({ createdAt }), 'rfc3339').created_at).toBe('2024-01-15T10:30:15.007Z');
    expect(toWire(aTask({ createdAt }), 'documented').created_at).toBe('2024-01-15T10:30:15');
  });

  it.each(['completed', 'failed', 'cancelled'] as const)('tells when a %s task ended', (status) => {
    const completedAt = Date.UTC(2024, 0, 15);
    expect(toWire(aTask({ status, completedAt }), 'rfc3339').completed_at).toBe(
      '2024-01-15T00:00:00.000Z',
    );
  });

  it('tells why a task failed by the message alone', () => {
    const error = {
      code: 'ERROR',
      message: 'No such file.',
      name: 'Error',
      stack: 'at x',
    } as const;
    expect(toWire(aTask({ status: 'failed', error }), 'rfc3339').error_message).toBe(
      'No such file.',
    );
  });

  it('writes counts without a message as text', () => {
    const counted = progress({ current: 12, total: 80, unit: 'segments', percent: 15 });
    expect(toWire(aTask({ progress: counted }), 'rfc3339').progress).toBe('12/80 segments (15%)');
  });
});

function progress(given: Partial<NonNullable<Task['progress']>>): Task['progress'] {
  return {
    message: null,
    current: null,
    total: null,
    unit: null,
    percent: null,
    updatedAt: 0,
    steps: [],
    children: null,
    ...given,
  };
}

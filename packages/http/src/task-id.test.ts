import { isTaskId, readTaskId, taskNotFound } from './task-id.js';

describe('readTaskId', () => {
  it.each([
    ['task-1', 'task-1'],
    ['task%2D1', 'task-1'],
    ['%00', '\0'],
    ['..%2f', '../'],
    ['a+b', 'a+b'],
  ])('decodes %s', (segment, id) => {
    expect(readTaskId(segment)).toBe(id);
  });

  it.each(['%', '%E0%A4%A', '%zz', '%ff'])('refuses %s', (segment) => {
    expect(() => readTaskId(segment)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('isTaskId', () => {
  it.each(['1', 'a1', '550e8400-e29b-41d4-a716-446655440000', 'job:1.2_3', '1'.repeat(128)])(
    'accepts %s',
    (id) => {
      expect(isTaskId(id)).toBe(true);
    },
  );

  it.each(['', '-1', '.1', '../1', 'a 1', 'a1\n', 'ä1', '\0', '1'.repeat(129)])(
    'refuses %j',
    (id) => {
      expect(isTaskId(id)).toBe(false);
    },
  );
});

describe('taskNotFound', () => {
  it('shows the id', () => {
    expect(taskNotFound('task-1').message).toBe('Task not found: task-1');
  });

  it('shows no more than 128 characters of it', () => {
    expect(taskNotFound('x'.repeat(10_000)).message).toBe(`Task not found: ${'x'.repeat(127)}…`);
  });
});

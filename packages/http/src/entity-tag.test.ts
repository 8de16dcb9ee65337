import { aTask } from '../test/a-task.js';
import { entityTag, namesTag } from './entity-tag.js';

describe('entityTag', () => {
  it('is the same for the same text of the same task', () => {
    expect(entityTag(aTask(), '{"a":1}')).toBe(entityTag(aTask(), '{"a":1}'));
    expect(entityTag(aTask(), '{"a":1}')).toMatch(/^"[\w-]{22}"$/);
  });

  it('is another for another text, and for another task of this id', () => {
    const tags = [
      entityTag(aTask(), '{"a":1}'),
      entityTag(aTask(), '{"a":2}'),
      entityTag(aTask({ createdAt: 1 }), '{"a":1}'),
      entityTag(aTask({ number: 2 }), '{"a":1}'),
    ];
    expect(new Set(tags).size).toBe(4);
  });
});

describe('namesTag', () => {
  it.each([
    '"a"',
    'W/"a"',
    '"b", "a"',
    '"b","a"',
    'W/"b" ,\tW/"a"',
    ', "a",',
    '*',
    ' * ',
    '"x,y", "a"',
  ])('finds the tag in %s', (header) => expect(namesTag(header, '"a"')).toBe(true));

  it.each(['', 'a', '"A"', '"a', 'a"', '"b"', '"aa"', '"*"', '"a b"', 'W/a', '"b,a"'])(
    'does not find it in %j',
    (header) => expect(namesTag(header, '"a"')).toBe(false),
  );
});

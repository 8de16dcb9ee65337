import { ordinaryWordsIn, unifyNames } from './name-variants.js';

const person = (name: string, segment: number) => ({ name, kind: 'person' as const, segment });
const other = (name: string, segment: number) => ({ name, kind: 'other' as const, segment });
const NONE = new Set<string>();

describe('unifyNames', () => {
  it('counts a surname alone for the one person who has it', () => {
    expect(
      unifyNames([person('James Spink', 0), other('Spink', 2), person('SPINK', 3)], NONE),
    ).toEqual([{ name: 'James Spink', kind: 'person', segments: [0, 2, 3] }]);
  });

  it('does not guess between two people of one name', () => {
    const names = unifyNames(
      [person('Alan Stevenson', 0), person('Thomas Stevenson', 0), person('Stevenson', 1)],
      NONE,
    );
    expect(names.map(({ name }) => name)).toEqual([
      'Alan Stevenson',
      'Thomas Stevenson',
      'Stevenson',
    ]);
  });

  it('takes the kind that is named most often, and any before "other"', () => {
    const names = unifyNames(
      [other('Paris', 0), other('Paris', 1), { name: 'Paris', kind: 'place', segment: 2 }],
      NONE,
    );
    expect(names).toEqual([{ name: 'Paris', kind: 'place', segments: [0, 1, 2] }]);
  });

  it('drops a word in capitals that is an ordinary word elsewhere', () => {
    const ordinary = new Set(ordinaryWordsIn('Many Thanks, and thanks to you'));
    expect(
      unifyNames([other('Thanks', 0), person('Grace', 0)], ordinary).map(({ name }) => name),
    ).toEqual(['Grace']);
  });
});

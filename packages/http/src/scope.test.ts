import { within } from './scope.js';

describe('within', () => {
  it('adds up what both ask for', () => {
    expect(within({ tag: 'a' }, { statuses: ['running'] })).toEqual({
      tag: 'a',
      statuses: ['running'],
    });
  });

  it('matches nothing where they contradict each other', () => {
    expect(within({ statuses: ['failed'] }, { statuses: ['running'] })).toEqual({ statuses: [] });
    expect(within({ tag: 'a' }, { tag: 'b' })).toEqual({ statuses: [] });
  });
});

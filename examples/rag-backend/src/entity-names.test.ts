import { namesIn, taggerPieces } from './entity-names.js';

describe('namesIn', () => {
  it('finds people, places and organisations, without the words around them', () => {
    const names = namesIn(
      "Robert Stevenson's crew sailed from the east coast of Scotland to Paris, for the Northern Lighthouse Board.",
    );
    expect(names).toEqual(
      expect.arrayContaining([
        { name: 'Robert Stevenson', kind: 'person' },
        { name: 'Scotland', kind: 'place' },
        { name: 'Paris', kind: 'place' },
        { name: 'Northern Lighthouse Board', kind: 'organisation' },
      ]),
    );
  });

  it('keeps names that no dictionary knows', () => {
    expect(namesIn('At the last moment, Proog takes out an old phone.')).toEqual([
      { name: 'Proog', kind: 'other' },
    ]);
    expect(namesIn('Ton Roosendaal').map(({ name }) => name)).toEqual(['Ton Roosendaal']);
  });

  it.each(['The plugs move on.', 'In December 1799 it rained.', '日本語の映画', ''])(
    'finds no name in "%s"',
    (text) => {
      expect(namesIn(text)).toEqual([]);
    },
  );
});

describe('taggerPieces', () => {
  it('parts labels from names', () => {
    expect(taggerPieces('Music: Jan Morgenstern\nEmo: Cas Jansen')).toEqual([
      'Music.\nJan Morgenstern\nEmo.\nCas Jansen',
    ]);
  });

  it('keeps pieces short and sentences whole', () => {
    const pieces = taggerPieces(
      'The light of Bell Rock was shown for the first time. '.repeat(30).trim(),
    );
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) expect(piece).toMatch(/^The light[^]{20,200}time\.$/);
  });
});

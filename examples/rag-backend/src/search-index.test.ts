import { HashingEmbedder } from './embedder.js';
import { SearchIndex } from './search-index.js';

const embedder = new HashingEmbedder();

async function indexOf(
  ...texts: string[]
): Promise<(query: string, limit?: number) => Promise<string[]>> {
  const index = new SearchIndex(embedder.dimensions);
  const embeddings = await embedder.embed(texts);
  for (const [at, text] of texts.entries())
    await index.add({ id: text, text, embedding: embeddings[at] ?? [] });
  return async (query, limit = 10) => {
    const [embedding = []] = await embedder.embed([query]);
    return (await index.search(query, embedding, limit)).map(({ id }) => id);
  };
}

describe('SearchIndex', () => {
  const TEXTS = [
    'A horse called Bassey pulled every block to the quay.',
    'The rocket rose above the men on the quay.',
    'Two lighthouses stand on the reef.',
    '京都では1608年ごろ、角倉素庵が木活字で刊行しました。',
    '印刷された一枚の紙はあまりに身近です。',
    'حارس المنارة يشعل المصباح كل مساء',
    'قطار الليل إلى المدينة',
    'Смотритель маяка зажигает лампу',
    'Поезд идёт в город',
    'Le phare éclaire la mer',
    'ผู้ดูแลประภาคารจุดตะเกียง',
  ];

  it.each([
    ['horse', 0],
    ['HORSES', 0],
    ['lighthouse', 2],
    ['京都', 3],
    ['角倉素庵', 3],
    ['活字', 3],
    ['紙', 4],
    ['المنارة', 5],
    ['الْمَنَارَة', 5],
    ['смотритель', 7],
    ['маяк', 7],
    ['город', 8],
    ['eclaire', 9],
    ['ประภาคาร', 10],
  ])('finds %s', async (query, expected) => {
    const search = await indexOf(...TEXTS);
    expect((await search(query))[0]).toBe(TEXTS[expected]);
  });

  it('does not take the beginning of another word for the word', async () => {
    const search = await indexOf(...TEXTS);
    expect(await search('rock')).not.toContain(TEXTS[1]);
    expect(await search('a')).toEqual([TEXTS[0]]);
  });

  it('is not led by words that are everywhere', async () => {
    const search = await indexOf(
      'The boat and the men and the sea.',
      'The men and the storm.',
      'The smith kept the fire of the forge.',
      'The keeper and the lamp.',
    );
    expect((await search('the fire and the sea and the men of the forge'))[0]).toBe(
      'The smith kept the fire of the forge.',
    );
    expect(await search('the')).toHaveLength(4);
  });

  it.each(['', '   ', '!!!', 'xyzzy', '__proto__', 'constructor', 'a\0b', '\ud800'])(
    'answers %j with nothing',
    async (query) => {
      const search = await indexOf('The boat.', 'The storm.', 'The forge.', 'The lamp.');
      expect(await search(query)).toEqual([]);
    },
  );

  it('finds words that are names of insides of JavaScript', async () => {
    const search = await indexOf(
      'The constructor of the bridge.',
      'valueOf and toString',
      'The lamp.',
      'The sea.',
    );
    expect(await search('constructor')).toEqual(['The constructor of the bridge.']);
    expect(await search('valueof')).toEqual(['valueOf and toString']);
  });

  it('gives the best first, at most as many as asked for', async () => {
    const search = await indexOf(
      'A boat on a lake.',
      'A boat on a reef.',
      'A lamp on a reef.',
      'Sea.',
      'Fire.',
      'Horse.',
      'Men.',
    );
    expect((await search('boat reef'))[0]).toBe('A boat on a reef.');
    expect(await search('boat reef')).toHaveLength(3);
    expect(await search('boat reef', 2)).toHaveLength(2);
  });

  it('forgets what is removed', async () => {
    const index = new SearchIndex(embedder.dimensions);
    const [embedding = []] = await embedder.embed(['The boat']);
    for (let round = 0; round < 3; round++) {
      await index.add({ id: 'boat', text: 'The boat', embedding });
      expect(await index.search('boat', embedding, 5)).toHaveLength(1);
      await index.remove('boat');
      expect(await index.search('boat', embedding, 5)).toEqual([]);
    }
  });
});

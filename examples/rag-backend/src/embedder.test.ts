import fc from 'fast-check';
import { HashingEmbedder } from './embedder.js';

const embedder = new HashingEmbedder();

async function likeness(a: string, b: string): Promise<number> {
  const [x, y] = await embedder.embed([a, b]);
  return x!.reduce((sum, value, at) => sum + value * y![at]!, 0);
}

describe('HashingEmbedder', () => {
  it('gives every text a vector of length one, and the same one each time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (text) => {
        const [vector] = await embedder.embed([text]);
        const [again] = await new HashingEmbedder().embed([text]);
        expect(vector).toHaveLength(256);
        expect(again).toEqual(vector);
        const length = Math.hypot(...vector!);
        expect(length === 0 || Math.abs(length - 1) < 0.001).toBe(true);
      }),
    );
  });

  it.each([
    ['the lighthouse keeper', 'lighthouses and their keepers', 'a horse pulled every block'],
    ['маяк на скале', 'смотритель маяка', 'лошадь и телега'],
    ['日本語の映画', '映画を見る', '印刷された紙'],
    ['منارة البحر', 'حارس المنارة', 'حصان وعربة'],
  ])('finds %s closer to "%s" than to "%s"', async (text, alike, different) => {
    expect(await likeness(text, alike)).toBeGreaterThan((await likeness(text, different)) + 0.1);
  });

  it('is not led by the little words', async () => {
    expect(
      await likeness('what is the name of the ship', 'where is the man on the rock'),
    ).toBeLessThan(0.3);
  });

  it('says which embedder made a vector', () => {
    expect(new HashingEmbedder(64)).toMatchObject({ name: 'hashing-64', dimensions: 64 });
  });
});

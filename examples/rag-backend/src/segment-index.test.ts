import { timeSlices } from './event-loop.js';
import { SegmentIndex } from './segment-index.js';
import { HashingEmbedder } from './embedder.js';
import { anEmbeddedVideo } from './testing/ingested-video.js';

const embedder = new HashingEmbedder();
let index: SegmentIndex;
beforeEach(() => {
  index = new SegmentIndex(embedder.dimensions);
});

async function put(videoId: string, ...texts: string[]): Promise<void> {
  const { segments } = await anEmbeddedVideo(videoId, texts);
  await index.replace(videoId, segments, timeSlices());
}

async function found(query: string, limit = 10): Promise<string[]> {
  const [embedding = []] = await embedder.embed([query]);
  const hits = await index.search(query, embedding, limit);
  return hits.map(({ videoId, segment }) => `${videoId}@${segment.start}`).sort();
}

describe('SegmentIndex', () => {
  it('finds segments of several videos', async () => {
    await put('one', 'A boat.', 'A storm.');
    await put('two', 'A lamp.', 'A boat.');
    expect(await found('boat')).toEqual(['one@0', 'two@30']);
  });

  it('puts the segments of a new ingest in the place of the old ones', async () => {
    await put('one', 'A boat.', 'A storm.', 'A reef.');
    await put('one', 'A lamp.');
    expect(await found('boat')).toEqual([]);
    expect(await found('lamp')).toEqual(['one@0']);
    await index.remove('one', timeSlices());
    expect(await found('lamp')).toEqual([]);
  });

  it('shows a video as a whole while it changes: all of the old, then all of the new', async () => {
    await put('one', 'boat before.', 'boat before.');
    await put('two', 'a lamp.', 'a reef.', 'a storm.', 'a forge.', 'a horse.');
    const { segments } = await anEmbeddedVideo('one', [
      'boat after.',
      'boat after.',
      'boat after.',
    ]);
    const seen: string[][] = [];
    await index.replace('one', segments, async () => {
      const [embedding = []] = await embedder.embed(['boat']);
      const hits = await index.search('boat', embedding, 10);
      seen.push(hits.map(({ segment }) => segment.text));
    });
    expect(seen.length).toBeGreaterThan(3);
    for (const texts of seen) expect([2, 3]).toContain(texts.length);
    for (const texts of seen) expect(new Set(texts).size).toBe(1);
  });

  it('keeps the old segments when the new ones cannot be indexed', async () => {
    await put('one', 'A boat.');
    const { segments } = await anEmbeddedVideo('one', ['A lamp.', 'A reef.']);
    const broken = async (): Promise<void> => {
      throw new Error('out of memory');
    };
    let calls = 0;
    await expect(
      index.replace('one', segments, () => (++calls === 2 ? broken() : Promise.resolve())),
    ).rejects.toThrow('out of memory');
    expect(await found('boat')).toEqual(['one@0']);
    expect(await found('lamp')).toEqual([]);
  });
});

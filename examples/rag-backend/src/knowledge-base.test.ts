import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeSlices } from './event-loop.js';
import { ingestVideo } from './ingest-video.js';
import { KnowledgeBase } from './knowledge-base.js';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';
import { resultFileName, writeResult } from './result-file.js';
import { anEmbeddedVideo } from './testing/ingested-video.js';

let folder: string;
let errors: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knowledge-'));
  errors = [];
});
afterEach(() => rm(folder, { recursive: true }));

const open = (): KnowledgeBase => new KnowledgeBase(folder, (error) => errors.push(error));
const put = async (id: string, ...texts: string[]): Promise<void> =>
  writeResult(folder, await anEmbeddedVideo(id, texts), timeSlices());
const ids = async (knowledge: KnowledgeBase, query: string): Promise<string[]> =>
  (await knowledge.search(query, 10)).map((hit) => `${hit.video_id}@${hit.start}`).sort();

describe('KnowledgeBase', () => {
  it('answers from the shipped videos once they are ingested', async () => {
    const knowledge = open();
    for (const id of ['bell-rock', 'elephants-dream', 'movable-type']) {
      await ingestVideo(id, { mediaDir: SHIPPED_MEDIA_DIR, resultsDir: folder });
      knowledge.reload([id]);
    }
    expect((await knowledge.search('a horse pulled stones', 1))[0]).toMatchObject({
      video_id: 'bell-rock',
      start: 180,
      end: 210,
      language: 'en',
    });
    expect((await knowledge.search('candlestick phone', 1))[0]).toMatchObject({
      video_id: 'elephants-dream',
      start: 120,
    });
    expect((await knowledge.search('角倉素庵', 1))[0]).toMatchObject({
      video_id: 'movable-type',
      start: 90,
      language: 'ja',
      fragment: 'movable-type#t=90,120',
    });
    expect((await knowledge.entities())[0]).toMatchObject({ name: 'Proog', count: 13 });
    const { nodes, edges } = await knowledge.graph();
    expect(nodes.filter(({ kind }) => kind === 'video').map(({ label }) => label)).toEqual([
      'bell-rock',
      'elephants-dream',
      'movable-type',
    ]);
    expect(edges).toContainEqual({
      source: 'entity:emo',
      target: 'entity:proog',
      kind: 'together',
      weight: 5,
    });
    expect(errors).toEqual([]);
  });

  it('has nothing to say before the first ingest', async () => {
    const knowledge = new KnowledgeBase(join(folder, 'not there'), (error) => errors.push(error));
    expect(await knowledge.search('boat', 5)).toEqual([]);
    expect(await knowledge.entities()).toEqual([]);
    expect(await knowledge.graph()).toEqual({ nodes: [], edges: [] });
    expect(errors).toEqual([]);
  });

  it('finds at start what was ingested before', async () => {
    await put('one', 'A boat.', 'A storm.');
    await put('فيلم', 'قارب في البحر');
    const knowledge = open();
    expect(await ids(knowledge, 'boat')).toEqual(['one@0']);
    expect(await ids(knowledge, 'قارب')).toEqual(['فيلم@0']);
  });

  it('shows a new ingest of a video in the place of the old one', async () => {
    await put('one', 'A boat.', 'A storm.');
    const knowledge = open();
    await put('one', 'A lamp.');
    knowledge.reload(['one', 'never ingested']);
    expect(await ids(knowledge, 'boat')).toEqual([]);
    expect(await ids(knowledge, 'lamp')).toEqual(['one@0']);
  });

  it('forgets a video whose result was removed', async () => {
    await put('one', 'A boat.');
    const knowledge = open();
    expect(await ids(knowledge, 'boat')).toEqual(['one@0']);
    await rm(join(folder, resultFileName('one')));
    knowledge.reload(['one']);
    expect(await ids(knowledge, 'boat')).toEqual([]);
    expect((await knowledge.graph()).nodes).toEqual([]);
  });

  it('reports a result that it cannot use, and uses the others', async () => {
    await put('good', 'A boat.');
    await writeFile(join(folder, resultFileName('torn')), '{"format":1,');
    await writeFile(join(folder, 'notes.txt'), 'not ours');
    const other = await anEmbeddedVideo('other', ['A boat.']);
    await writeResult(
      folder,
      { ...other, embedder: { name: 'model-7', dimensions: 256 } },
      timeSlices(),
    );
    expect(await ids(open(), 'boat')).toEqual(['good@0']);
    expect(errors.map(String)).toEqual(
      expect.arrayContaining([
        'MediaError: Cannot use the result of "other": it was embedded by model-7, and this is hashing-256. Ingest the video again.',
        expect.stringContaining(`Cannot use the result "${join(folder, resultFileName('torn'))}"`),
      ]),
    );
    expect(errors).toHaveLength(2);
  });
});

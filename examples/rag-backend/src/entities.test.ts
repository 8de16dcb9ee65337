import { EntityFinder, type FoundEntities } from './entities.js';
import { timeSlices } from './event-loop.js';
import type { Segment } from './segments.js';

const segment = (index: number, text: string, more: Partial<Segment> = {}): Segment => ({
  index,
  start: index * 30,
  end: index * 30 + 30,
  text,
  language: 'en',
  speakers: [],
  ...more,
});
async function find(...segments: Segment[]): Promise<FoundEntities> {
  const finder = new EntityFinder();
  for (const one of segments) await finder.read(one, timeSlices());
  return finder.found(timeSlices());
}

describe('EntityFinder', () => {
  it('counts names over the video and says where they stand', async () => {
    const { entities, notes } = await find(
      segment(0, 'Robert Stevenson was born in Edinburgh.'),
      segment(1, 'Nobody spoke.'),
      segment(2, 'Stevenson came back to Edinburgh. Edinburgh had changed.'),
    );
    expect(entities).toEqual([
      { name: 'Edinburgh', kind: 'place', count: 3, segments: [0, 2] },
      { name: 'Robert Stevenson', kind: 'person', count: 2, segments: [0, 2] },
    ]);
    expect(notes).toEqual([]);
  });

  it('relates what is named together, and weighs how often', async () => {
    const { relations } = await find(
      segment(0, 'The old man, Proog, takes Emo by the arm. London is far.'),
      segment(1, 'Then Emo follows Proog.'),
    );
    expect(relations[0]).toEqual({ from: 'Emo', to: 'Proog', weight: 2 });
    expect(relations).toContainEqual({ from: 'Emo', to: 'London', weight: 1 });
  });

  it('says so where it does not look for names, and knows the speakers all the same', async () => {
    const { entities, notes } = await find(
      segment(0, 'Der Leuchtturm von Hamburg.', { language: 'de', speakers: ['Ana'] }),
      segment(1, '最初の活字はマインツで鋳造されたのではありません。', {
        language: 'ja',
        speakers: ['Ana'],
      }),
    );
    expect(entities).toEqual([{ name: 'Ana', kind: 'person', count: 2, segments: [0, 1] }]);
    expect(notes).toEqual([
      'Names are found in English only: none were looked for in German (de), except its speakers.',
      'Names are found in English only: none were looked for in Japanese (ja), except its speakers.',
    ]);
  });

  it('does not relate everybody in the credits to everybody', async () => {
    const credits = Array.from(
      { length: 60 },
      (_, at) => `Zork${String.fromCharCode(97 + (at % 26))}ov${'x'.repeat(at / 26)}`,
    );
    const { relations } = await find(
      segment(0, credits.map((name) => `We thank ${name}.`).join(' ')),
    );
    expect(relations.length).toBeLessThanOrEqual(190);
  });
});

import type { EntityKind } from './entity-names.js';
import type { Entity, Relation } from './entities.js';
import { entitiesOf, graphOf, type KnownVideo } from './knowledge-graph.js';
import { anIngestedVideo } from './testing/ingested-video.js';

const entity = (name: string, kind: EntityKind, ...segments: number[]): Entity => ({
  name,
  kind,
  count: segments.length,
  segments,
});

function video(id: string, entities: Entity[], relations: Relation[] = []): KnownVideo {
  return { ...anIngestedVideo(id, []), entities, relations, segmentStarts: [0, 30, 60] };
}

const HARBOUR = video(
  'harbour',
  [entity('Arbroath', 'place', 0, 2), entity('Proog', 'other', 1)],
  [{ from: 'Arbroath', to: 'Proog', weight: 1 }],
);
const TRAIN = video(
  'train',
  [entity('ARBROATH', 'place', 1), entity('Proog', 'person', 1)],
  [{ from: 'Proog', to: 'ARBROATH', weight: 2 }],
);

describe('entitiesOf', () => {
  it('takes the same name in two videos for one, and says where it stands in each', () => {
    expect(entitiesOf([HARBOUR, TRAIN])).toEqual([
      {
        name: 'Arbroath',
        kind: 'place',
        count: 3,
        videos: [
          { video_id: 'harbour', count: 2, at: [0, 60] },
          { video_id: 'train', count: 1, at: [30] },
        ],
      },
      expect.objectContaining({ name: 'Proog', kind: 'person', count: 2 }),
    ]);
  });
});

describe('graphOf', () => {
  it('joins videos to what they name, and what is named together', () => {
    const videos = [HARBOUR, TRAIN];
    expect(graphOf(videos, entitiesOf(videos))).toEqual({
      nodes: [
        { id: 'video:harbour', label: 'harbour', kind: 'video', count: 2 },
        { id: 'video:train', label: 'train', kind: 'video', count: 2 },
        { id: 'entity:arbroath', label: 'Arbroath', kind: 'place', count: 3 },
        { id: 'entity:proog', label: 'Proog', kind: 'person', count: 2 },
      ],
      edges: [
        { source: 'video:harbour', target: 'entity:arbroath', kind: 'names', weight: 2 },
        { source: 'video:train', target: 'entity:arbroath', kind: 'names', weight: 1 },
        { source: 'video:harbour', target: 'entity:proog', kind: 'names', weight: 1 },
        { source: 'video:train', target: 'entity:proog', kind: 'names', weight: 1 },
        { source: 'entity:arbroath', target: 'entity:proog', kind: 'together', weight: 3 },
      ],
    });
  });

  it('has no edge to a node that it leaves out', () => {
    const many = Array.from({ length: 300 }, (_, at) => entity(`Name ${at}`, 'person', 0));
    const crowded = video('crowd', many, [{ from: 'Name 0', to: 'Name 99', weight: 1 }]);
    const { nodes, edges } = graphOf([crowded], entitiesOf([crowded]));
    const ids = new Set(nodes.map(({ id }) => id));
    expect(nodes).toHaveLength(201);
    expect(edges.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(true);
  });
});

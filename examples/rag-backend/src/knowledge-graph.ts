import type { EntityKind } from './entity-names.js';
import type { VideoRecord } from './result-file.js';

/** What the graph needs of a video. */
export type KnownVideo = VideoRecord & { readonly segmentStarts: readonly number[] };

/** An entity, and where in which videos it is named. */
export interface EntityEntry {
  readonly name: string;
  readonly kind: EntityKind;
  readonly count: number;
  readonly videos: readonly {
    readonly video_id: string;
    readonly count: number;
    /** Starts of the segments that name it, in seconds, ascending. */
    readonly at: readonly number[];
  }[];
}

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly kind: EntityKind | 'video';
  /** How often an entity is named; of a video, how many of the entities here it names. */
  readonly count: number;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  /**
   * `names`: a video names an entity, `weight` times. `together`: two entities are named in the same
   * segment, in `weight` segments.
   */
  readonly kind: 'names' | 'together';
  readonly weight: number;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** More than a person can look at; the most named are kept. */
const MAX_ENTITIES = 1000;
const MAX_GRAPH_ENTITIES = 200;

/** All entities of some videos, most named first; an entity of the same name in two videos is one. */
export function entitiesOf(videos: readonly KnownVideo[]): EntityEntry[] {
  const byKey = new Map<
    string,
    { name: string; kind: EntityKind; count: number; videos: EntityEntry['videos'][number][] }
  >();
  for (const { videoId, entities, segmentStarts } of videos) {
    for (const { name, kind, count, segments: named } of entities) {
      const key = name.toLowerCase();
      const entry = byKey.get(key) ?? { name, kind, count: 0, videos: [] };
      if (entry.kind === 'other') entry.kind = kind;
      entry.count += count;
      const starts = new Set(named.map((index) => segmentStarts[index] ?? 0));
      entry.videos.push({ video_id: videoId, count, at: [...starts].sort((a, b) => a - b) });
      byKey.set(key, entry);
    }
  }
  return [...byKey.values()]
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_ENTITIES);
}

/** Videos and the entities they name as nodes; who names whom, and who is named together, as edges. */
export function graphOf(videos: readonly VideoRecord[], entries: readonly EntityEntry[]): Graph {
  const shown = entries.slice(0, MAX_GRAPH_ENTITIES);
  const named = new Map<string, number>();
  const edges: GraphEdge[] = [];
  for (const { name, videos: naming } of shown) {
    for (const { video_id, count } of naming) {
      named.set(video_id, (named.get(video_id) ?? 0) + 1);
      edges.push({
        source: videoNodeId(video_id),
        target: entityNodeId(name),
        kind: 'names',
        weight: count,
      });
    }
  }
  edges.push(...togetherEdges(videos, new Set(shown.map(({ name }) => entityNodeId(name)))));
  const videoNodes = videos.map(({ videoId }): GraphNode => {
    return {
      id: videoNodeId(videoId),
      label: videoId,
      kind: 'video',
      count: named.get(videoId) ?? 0,
    };
  });
  const entityNodes = shown.map(({ name, kind, count }) => ({
    id: entityNodeId(name),
    label: name,
    kind,
    count,
  }));
  return { nodes: [...videoNodes, ...entityNodes], edges };
}

function togetherEdges(videos: readonly VideoRecord[], known: ReadonlySet<string>): GraphEdge[] {
  const weights = new Map<string, { source: string; target: string; weight: number }>();
  for (const { from, to, weight } of videos.flatMap(({ relations }) => relations)) {
    const [source, target] = [entityNodeId(from), entityNodeId(to)].sort() as [string, string];
    if (!known.has(source) || !known.has(target)) continue;
    const key = JSON.stringify([source, target]);
    const edge = weights.get(key) ?? { source, target, weight: 0 };
    edge.weight += weight;
    weights.set(key, edge);
  }
  return [...weights.values()].map((edge) => ({ ...edge, kind: 'together' }));
}

function entityNodeId(name: string): string {
  return `entity:${name.toLowerCase()}`;
}

function videoNodeId(id: string): string {
  return `video:${id}`;
}

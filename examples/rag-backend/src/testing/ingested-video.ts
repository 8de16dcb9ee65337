import { HashingEmbedder } from '../embedder.js';
import type { Entity, Relation } from '../entities.js';
import type { IngestedVideo } from '../result-file.js';

const embedder = new HashingEmbedder();

/** The result of an ingest: one segment of thirty seconds for each text. */
export async function anEmbeddedVideo(
  videoId: string,
  texts: readonly string[],
  found: { readonly entities?: readonly Entity[]; readonly relations?: readonly Relation[] } = {},
): Promise<IngestedVideo> {
  const embeddings = await embedder.embed(texts);
  const video = anIngestedVideo(videoId, texts);
  return {
    ...video,
    ...found,
    segments: video.segments.map((segment, at) => ({
      ...segment,
      embedding: embeddings[at] ?? [],
    })),
  };
}

/** The same with vectors that say nothing. */
export function anIngestedVideo(videoId: string, texts: readonly string[]): IngestedVideo {
  return {
    format: 1,
    videoId,
    ingestedAt: '2026-01-15T10:30:00.000Z',
    durationSeconds: 30 * texts.length,
    containers: [],
    tracks: [],
    entities: [],
    relations: [],
    embedder: { name: embedder.name, dimensions: embedder.dimensions },
    segmentCount: texts.length,
    notes: [],
    segments: texts.map((text, index) => ({
      index,
      start: 30 * index,
      end: 30 * index + 30,
      text,
      language: 'en',
      speakers: [],
      embedding: new Array<number>(embedder.dimensions).fill(0),
    })),
  };
}

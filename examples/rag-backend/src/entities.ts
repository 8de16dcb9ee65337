import { type EntityKind, namesIn, taggerPieces } from './entity-names.js';
import { languageName, UNKNOWN_LANGUAGE } from './language.js';
import { ordinaryWordsIn, type PlacedMention, unifyNames } from './name-variants.js';
import type { Segment } from './segments.js';

/** Somebody or something a video speaks of. */
export interface Entity {
  readonly name: string;
  readonly kind: EntityKind;
  /** How often it is named. */
  readonly count: number;
  /** The indexes of the segments that name it, ascending. */
  readonly segments: readonly number[];
}

/** Two entities that are named in the same segment. */
export interface Relation {
  readonly from: string;
  readonly to: string;
  /** In how many segments. */
  readonly weight: number;
}

export interface FoundEntities {
  /** Most named first. */
  readonly entities: readonly Entity[];
  /** Strongest first. */
  readonly relations: readonly Relation[];
  /** What was not looked at, and why, each a sentence. */
  readonly notes: readonly string[];
}

/** A segment that names more is a list of credits: everything in it would be related to everything. */
const MAX_RELATED_PER_SEGMENT = 20;
const MAX_RELATIONS = 500;

/**
 * Finds the people, places and organisations that a video names, and which of them appear together.
 *
 * Names are found in English only. In every language the speakers are known where the captions name them.
 */
export class EntityFinder {
  readonly #mentions: PlacedMention[] = [];
  readonly #ordinaryWords = new Set<string>();
  readonly #unreadLanguages = new Set<string>();

  async read(segment: Segment, nextSlice: () => Promise<void>): Promise<void> {
    const { index, text, language, speakers } = segment;
    for (const name of speakers) this.#mentions.push({ name, kind: 'person', segment: index });
    if (!isReadable(language)) {
      this.#unreadLanguages.add(language);
      return;
    }
    for (const word of ordinaryWordsIn(text)) this.#ordinaryWords.add(word);
    for (const piece of taggerPieces(text)) {
      for (const mention of namesIn(piece)) this.#mentions.push({ ...mention, segment: index });
      await nextSlice();
    }
  }

  /** What was found in all segments read so far. */
  async found(nextSlice: () => Promise<void>): Promise<FoundEntities> {
    const entities = unifyNames(this.#mentions, this.#ordinaryWords).map(
      ({ name, kind, segments }): Entity => ({
        name,
        kind,
        count: segments.length,
        segments: [...new Set(segments)].sort((a, b) => a - b),
      }),
    );
    entities.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    const notes = [...this.#unreadLanguages].map(
      (language) =>
        `Names are found in English only: none were looked for in ${languageName(language)} (${language}), except its speakers.`,
    );
    return { entities, relations: await relationsOf(entities, nextSlice), notes };
  }
}

/** A text too short to tell its language is read as English: a name is a name in most of Europe. */
function isReadable(language: string): boolean {
  return language === UNKNOWN_LANGUAGE || language.split('-')[0] === 'en';
}

async function relationsOf(
  entities: readonly Entity[],
  nextSlice: () => Promise<void>,
): Promise<Relation[]> {
  const bySegment = new Map<number, string[]>();
  for (const { name, segments } of entities) {
    for (const segment of segments) {
      const names = bySegment.get(segment) ?? [];
      // The most named come first, so these are the ones that matter.
      if (names.length < MAX_RELATED_PER_SEGMENT) names.push(name);
      bySegment.set(segment, names);
    }
  }
  const relations = new Map<string, { from: string; to: string; weight: number }>();
  for (const names of bySegment.values()) {
    for (const [at, from] of names.entries()) {
      for (const to of names.slice(at + 1)) {
        const key = JSON.stringify([from, to]);
        const relation = relations.get(key) ?? { from, to, weight: 0 };
        relation.weight++;
        relations.set(key, relation);
      }
    }
    await nextSlice();
  }
  return [...relations.values()].sort((a, b) => b.weight - a.weight).slice(0, MAX_RELATIONS);
}

import type { EntityKind, Mention } from './entity-names.js';

/** A mention, and the index of the segment in which it stands. */
export interface PlacedMention extends Mention {
  readonly segment: number;
}

/** One entity under its fullest name, with the segment of each mention. */
export interface UnifiedName {
  readonly name: string;
  readonly kind: EntityKind;
  readonly segments: readonly number[];
}

/** The words that a text writes in lower case. */
export function ordinaryWordsIn(text: string): readonly string[] {
  return text.match(/(?<![\p{L}\p{N}'’])\p{Ll}[\p{L}'’]*/gu) ?? [];
}

/**
 * Brings the mentions of one entity together: different capitals, and one name alone where the video
 * names a single person of that name in full. Drops what the video also writes as an ordinary word:
 * in a title "Thanks" looks like a name.
 */
export function unifyNames(
  mentions: readonly PlacedMention[],
  ordinaryWords: ReadonlySet<string>,
): UnifiedName[] {
  const entities = entitiesByKey(mentions);
  for (const [key, { kind }] of entities) {
    if (kind === 'other' && ordinaryWords.has(key)) entities.delete(key);
  }
  const people = peopleByPart(entities);
  for (const [key, { kind, segments }] of entities) {
    const full = people.get(key);
    if (full?.length !== 1 || (kind !== 'person' && kind !== 'other')) continue;
    full[0]?.segments.push(...segments);
    entities.delete(key);
  }
  return [...entities.values()];
}

interface MutableEntity extends UnifiedName {
  readonly segments: number[];
}

function entitiesByKey(mentions: readonly PlacedMention[]): Map<string, MutableEntity> {
  const byKey = new Map<string, PlacedMention[]>();
  for (const mention of mentions) {
    const key = mention.name.toLowerCase();
    const group = byKey.get(key);
    if (group) group.push(mention);
    else byKey.set(key, [mention]);
  }
  return new Map(
    [...byKey].map(([key, group]) => [
      key,
      {
        name: group[0]!.name,
        kind: mostFrequentKind(group),
        segments: group.map(({ segment }) => segment),
      },
    ]),
  );
}

/** Everybody with a full name, by its first and by its last word. */
function peopleByPart(entities: ReadonlyMap<string, MutableEntity>): Map<string, MutableEntity[]> {
  const people = new Map<string, MutableEntity[]>();
  for (const [key, entity] of entities) {
    const words = key.split(' ');
    if (entity.kind !== 'person' || words.length < 2) continue;
    for (const word of new Set([words[0]!, words.at(-1)!])) {
      people.set(word, [...(people.get(word) ?? []), entity]);
    }
  }
  return people;
}

/** What it is called most often; `other` only when nothing better is known. */
function mostFrequentKind(mentions: readonly Mention[]): EntityKind {
  const votes = new Map<EntityKind, number>();
  for (const { kind } of mentions) {
    if (kind !== 'other') votes.set(kind, (votes.get(kind) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'other';
}

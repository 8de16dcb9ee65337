import { wordsOf } from './words.js';

/**
 * Turns texts into vectors whose angle says how much two texts are alike.
 *
 * This is the place for a real model: implement it with a call to one, and give it to ingest and
 * knowledge base alike. Results carry `name`, and a knowledge base refuses vectors of another embedder.
 */
export interface Embedder {
  /** Identifies the model and its version. */
  readonly name: string;
  readonly dimensions: number;
  embed(texts: readonly string[]): Promise<number[][]>;
}

const GRAM_LENGTH = 3;
const GRAM_WEIGHT = 0.4;

/**
 * An embedder without a model: it hashes words and their letter triples into a vector of length one.
 *
 * It knows spelling, not meaning: "lighthouse" is close to "lighthouses" and far from "beacon". It needs
 * nothing to download, works in every script, and always gives the same vector for the same text.
 */
export class HashingEmbedder implements Embedder {
  readonly name: string;
  readonly dimensions: number;

  constructor(dimensions = 256) {
    this.dimensions = dimensions;
    this.name = `hashing-${dimensions}`;
  }

  // Not async in itself; a model would be.
  embed(texts: readonly string[]): Promise<number[][]> {
    return Promise.resolve(texts.map((text) => this.#embedOne(text)));
  }

  #embedOne(text: string): number[] {
    const counts = new Map<string, number>();
    for (const word of wordsOf(text)) {
      add(counts, word, weightOfWord(word));
      for (const gram of gramsOf(word)) add(counts, gram, GRAM_WEIGHT * weightOfWord(word));
    }
    const vector = new Array<number>(this.dimensions).fill(0);
    for (const [feature, count] of counts) {
      const hash = fnv1a(feature);
      // The sign keeps features that meet in one place from adding up to a likeness nobody wrote.
      const sign = hash & 0x80000000 ? -1 : 1;
      const at = (hash & 0x7fffffff) % this.dimensions;
      // A word said ten times is not ten times as telling.
      vector[at] = (vector[at] ?? 0) + sign * Math.log2(1 + count);
    }
    const length = Math.hypot(...vector);
    // Five digits are far more than a likeness needs, and make the result files half as large.
    return length === 0 ? vector : vector.map((value) => Math.round((value / length) * 1e5) / 1e5);
  }
}

function add(counts: Map<string, number>, feature: string, weight: number): void {
  counts.set(feature, (counts.get(feature) ?? 0) + weight);
}

/** In alphabets the shortest words are the commonest: "the" must not make everything alike. */
function weightOfWord(word: string): number {
  return /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{1,3}$/u.test(word) ? 0.15 : 1;
}

function gramsOf(word: string): string[] {
  const characters = ['^', ...word, '$'];
  const grams: string[] = [];
  for (let at = 0; at + GRAM_LENGTH <= characters.length; at++) {
    grams.push(characters.slice(at, at + GRAM_LENGTH).join(''));
  }
  return grams;
}

/** FNV-1a (Fowler, Noll, Vo) over UTF-16 units, with a last mix so that all bits depend on all letters. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) >>> 0;
}

import { create, insert, remove, search, type Tokenizer } from '@orama/orama';
import { tokenizer as tokenizers } from '@orama/orama/components';
import { searchTermsOf } from './words.js';

/** Something that can be found: its text, and the vector of its text. */
export interface IndexedText {
  readonly id: string;
  readonly text: string;
  readonly embedding: readonly number[];
}

export interface IndexHit {
  readonly id: string;
  /** 0…1, higher is better; comparable within one search only. */
  readonly score: number;
}

/** Below this two vectors of the hashing embedder share a few letter triples and no word. */
const MIN_SIMILARITY = 0.25;
/** A word in more texts than this tells nothing about any of them, whatever the language. */
const TELLING_SHARE = 0.3;

/** Longer words of other alphabets are found by their beginning too; shorter ones begin half a dictionary. */
const MAX_WHOLE_WORD_LENGTH = 3;

const { stemmer: stem = (word: string) => word } = tokenizers.createTokenizer({
  language: 'english',
  stemming: true,
});

/**
 * The terms by which a text is found. Orama finds whatever begins with a term, so the end is marked where
 * only the whole word is meant: "rock" is not "rocket". Words in Latin letters are cut to their English stem
 * instead ("lighthouse", "lighthouses"), which does no harm to other languages: it cuts text and query alike.
 */
const termsOf = rememberingLast((text) =>
  searchTermsOf(text).map((term) => {
    if (/^\p{Script=Latin}+$/u.test(term)) return `${stem(term)}\0`;
    return term.length <= MAX_WHOLE_WORD_LENGTH ? `${term}\0` : term;
  }),
);

/** Remembers the last text: whoever indexes one needs its terms twice. */
function rememberingLast(terms: (text: string) => string[]): (text: string) => string[] {
  let last = { text: '', terms: [] as string[] };
  return (text) => (last = text === last.text ? last : { text, terms: terms(text) }).terms;
}

/** The tokenizer of Orama keeps Latin letters and drops all others, so this one takes its place. */
const tokenizer: Tokenizer = { language: 'any', normalizationCache: new Map(), tokenize: termsOf };

/** Hybrid search, by words and by vector, over texts in memory. */
export class SearchIndex {
  readonly #database;
  readonly #termsOf = new Map<string, readonly string[]>();
  readonly #textsWith = new Map<string, number>();

  constructor(dimensions: number) {
    this.#database = create({
      schema: { text: 'string', embedding: `vector[${dimensions}]` },
      components: { tokenizer },
      sort: { enabled: false },
    } as const);
  }

  async add({ id, text, embedding }: IndexedText): Promise<void> {
    await insert(this.#database, { id, text, embedding: [...embedding] });
    const terms = termsOf(text);
    this.#termsOf.set(id, terms);
    for (const term of terms) this.#textsWith.set(term, (this.#textsWith.get(term) ?? 0) + 1);
  }

  async remove(id: string): Promise<void> {
    await remove(this.#database, id);
    for (const term of this.#termsOf.get(id) ?? []) {
      const left = (this.#textsWith.get(term) ?? 0) - 1;
      if (left > 0) this.#textsWith.set(term, left);
      else this.#textsWith.delete(term);
    }
    this.#termsOf.delete(id);
  }

  async search(query: string, embedding: readonly number[], limit: number): Promise<IndexHit[]> {
    const term = this.#tellingWords(query).join(' ');
    // Orama answers an empty query with everything there is.
    if (term === '') return [];
    const { hits } = await search(this.#database, {
      mode: 'hybrid',
      term,
      vector: { value: [...embedding], property: 'embedding' },
      similarity: MIN_SIMILARITY,
      limit,
    });
    return hits.map(({ id, score }) => ({ id, score }));
  }

  /** The words of a query that tell texts apart; all of them when none does. */
  #tellingWords(query: string): readonly string[] {
    const words = searchTermsOf(query);
    const most = this.#termsOf.size * TELLING_SHARE;
    const telling = words.filter((word) =>
      termsOf(word).every((term) => (this.#textsWith.get(term) ?? 0) <= most),
    );
    return telling.length > 0 ? telling : words;
  }
}

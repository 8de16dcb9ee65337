import { wrongOption } from '../options.js';
import { storableText } from '../text.js';
import { SEARCH_LIMITS, searchError, shown } from './search-error.js';

/** One condition of a search, as it was written: `-type:ingest,"two words"`. */
export interface SearchTerm {
  readonly negated: boolean;
  /** In lower case; `null` for free text. */
  readonly field: string | null;
  /** The keys behind `meta.`, else empty. */
  readonly path: readonly string[];
  /** Any of these. Free text has one. */
  readonly values: readonly SearchValue[];
  /** Where it begins, counted from 0. */
  readonly at: number;
}

export interface SearchValue {
  readonly text: string;
  /** Written in quotes: the text itself, in which nothing has a meaning. */
  readonly quoted: boolean;
  readonly at: number;
}

/**
 * The terms of a search. One pass over the text.
 *
 * @throws {@link TaskMonitorError} INVALID_INPUT with `details.position`
 */
export function parseSearch(q: string): readonly SearchTerm[] {
  if (typeof q !== 'string') throw wrongOption('q', 'a string', q);
  const { characters } = SEARCH_LIMITS;
  if (q.length > characters)
    throw searchError(
      characters,
      `it is ${q.length} characters long, and ${characters} are the most`,
      'Leave something out.',
    );
  return new SearchReader(storableText(q)).terms();
}

/**
 * `text` as a value or as free text of a search, whatever is in it.
 *
 * @example
 * await monitor.list({ q: `name:${quoteForSearch(name)}` });
 */
export function quoteForSearch(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const SPACE = /\s*/y;
const BEFORE_COLON = /[^\s":]*/y;
const KEY = /[^\s":.]*/y;
const VALUE = /[^\s",]*/y;
const WORD = /[^\s"]*/y;

class SearchReader {
  readonly #text: string;
  #at = 0;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  terms(): readonly SearchTerm[] {
    const terms: SearchTerm[] = [];
    for (;;) {
      this.#run(SPACE);
      if (this.#at === this.#text.length) return terms;
      terms.push(this.#term());
    }
  }

  #term(): SearchTerm {
    const at = this.#at;
    const negated = this.#minus();
    const field = this.#field();
    const values = field === null ? [this.#freeText()] : this.#values();
    this.#endOfTerm();
    return { negated, field: field?.name ?? null, path: field?.path ?? [], values, at };
  }

  #minus(): boolean {
    const at = this.#at;
    if (!this.#take('-')) return false;
    if (this.#isEndOfTerm())
      throw searchError(
        at,
        '`-` has nothing behind it',
        'Write what is to be left out right behind it, or "-" in quotes to find the character.',
      );
    if (this.#text[this.#at] === '-')
      throw searchError(
        at,
        'a term begins with `--`',
        'Put the text in quotes: "--force" to find it, -"--force" to leave it out.',
      );
    return true;
  }

  #field(): (Pick<SearchTerm, 'path'> & { readonly name: string }) | null {
    const at = this.#at;
    const name = this.#run(BEFORE_COLON);
    const lower = name.toLowerCase();
    const next = this.#text[this.#at];
    if (lower.startsWith('meta.') && (next === ':' || next === '"')) {
      this.#at = at + 'meta.'.length;
      return { name: 'meta', path: this.#path() };
    }
    if (next !== ':') {
      this.#at = at;
      return null;
    }
    if (name === '')
      throw searchError(at, 'there is no field before the `:`', 'To find the text, quote it.');
    this.#at++;
    return { name: lower, path: [] };
  }

  #path(): readonly string[] {
    const path: string[] = [];
    do {
      const at = this.#at;
      const quoted = this.#quoted();
      const key = quoted ?? this.#run(KEY);
      if (quoted === null && key === '')
        throw searchError(at, 'a key is missing', 'Write the way to the value: meta.user.name:Ann');
      path.push(key);
    } while (this.#take('.'));
    if (!this.#take(':'))
      throw searchError(
        this.#at,
        'there is no `:` behind the key',
        'Write meta."user id":42, or the whole text in quotes to find it.',
      );
    return path;
  }

  #values(): readonly SearchValue[] {
    const values: SearchValue[] = [];
    do {
      this.#counted();
      const at = this.#at;
      const quoted = this.#quoted();
      const text = quoted ?? this.#run(VALUE);
      if (quoted === null && text === '') throw this.#noValue(at);
      values.push({ text, quoted: quoted !== null, at });
    } while (this.#take(','));
    return values;
  }

  #noValue(at: number): Error {
    return this.#text[at - 1] === ','
      ? searchError(at, 'a value is missing behind the `,`', 'Write one, or leave the `,` out.')
      : searchError(
          at,
          'there is no value behind the `:`',
          'Write it right behind, without a space: status:failed',
        );
  }

  #freeText(): SearchValue {
    this.#counted();
    const at = this.#at;
    const quoted = this.#quoted();
    return { text: quoted ?? this.#run(WORD), quoted: quoted !== null, at };
  }

  /** A text in quotes, in which `\"` and `\\` stand for a quote and a backslash; `null` if none begins here. */
  #quoted(): string | null {
    const begin = this.#at;
    if (!this.#take('"')) return null;
    let text = '';
    for (let from = this.#at; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      const next = this.#text[this.#at + 1];
      if (character === '"') {
        text += this.#text.slice(from, this.#at++);
        return text;
      }
      if (character === '\\' && (next === '"' || next === '\\')) {
        text += this.#text.slice(from, this.#at++);
        from = this.#at;
      }
    }
    throw searchError(begin, 'the quote is never closed', 'Write another `"` where the text ends.');
  }

  #endOfTerm(): void {
    if (this.#isEndOfTerm()) return;
    const found = this.#text[this.#at];
    if (found === '"' && this.#text[this.#at - 1] !== '"')
      throw searchError(
        this.#at,
        'there is a `"` inside of a word',
        'Put all of it in quotes, and write the quote as \\".',
      );
    throw searchError(
      this.#at,
      `${shown(String.fromCodePoint(this.#text.codePointAt(this.#at) as number))} follows a closing quote`,
      'Write a space between them, or \\" for a quote that is part of the text.',
    );
  }

  #counted(): void {
    if (++this.#count > SEARCH_LIMITS.terms)
      throw searchError(
        this.#at,
        `it has more than ${SEARCH_LIMITS.terms} terms and values`,
        'Leave some out.',
      );
  }

  #isEndOfTerm(): boolean {
    const next = this.#text[this.#at];
    return next === undefined || /\s/.test(next);
  }

  #take(character: string): boolean {
    const found = this.#text[this.#at] === character;
    if (found) this.#at++;
    return found;
  }

  /** What matches from here on. */
  #run(pattern: RegExp): string {
    const from = this.#at;
    pattern.lastIndex = from;
    pattern.test(this.#text);
    this.#at = pattern.lastIndex;
    return this.#text.slice(from, this.#at);
  }
}

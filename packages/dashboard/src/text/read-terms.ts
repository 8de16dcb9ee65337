/** One value of a term, as written: offsets count from 0, `to` is behind its last character. */
export interface TermValue {
  readonly text: string;
  readonly quoted: boolean;
  /** Whether its quote is never closed. */
  readonly isOpen: boolean;
  readonly from: number;
  readonly to: number;
}

/** A term of a search in the server's grammar, read leniently: somebody is still writing it. */
export interface SearchTerm {
  readonly negated: boolean;
  /** In lower case, `meta` for all of the metadata; `null` for free text. */
  readonly field: string | null;
  /** Where the `:` behind the field stands; `null` if there is none. */
  readonly colon: number | null;
  readonly values: readonly TermValue[];
  readonly from: number;
  readonly to: number;
}

/** The terms of a search, whether the server would take it or not. */
export function readTerms(q: string): readonly SearchTerm[] {
  const terms: SearchTerm[] = [];
  for (const { index: from } of q.matchAll(TERM)) {
    if (from < (terms.at(-1)?.to ?? 0)) continue;
    terms.push(readTerm(q, from));
  }
  return terms;
}

/** `text` as a value behind a field, in quotes only where it needs them. */
export function quotedValue(text: string): string {
  return text === '' || /[\s",]|^[<>]/.test(text) ? quoted(text) : text;
}

/** `text` as a key of the metadata, in quotes only where it needs them. */
export function quotedKey(text: string): string {
  return text === '' || /[\s":.]/.test(text) ? quoted(text) : text;
}

/** `text` in quotes, whatever is in it. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const TERM = /\S+/g;
const FIELD = /(meta\.(?:"(?:[^"\\]|\\["\\]?)*"?|[^\s":])*|[^\s":]+):/iy;
const QUOTED = /"((?:[^"\\]|\\["\\]?)*)("?)/y;
const PLAIN = /[^\s",]*/y;
const REST = /\S*/y;

function readTerm(q: string, from: number): SearchTerm {
  const negated = q[from] === '-';
  let at = negated ? from + 1 : from;
  const name = matchAt(FIELD, q, at);
  if (name !== null) at += name[0].length;
  const values: TermValue[] = [];
  do {
    if (values.length > 0) at++;
    const value = readValue(q, at, name === null ? REST : PLAIN);
    values.push(value);
    at = value.to;
  } while (name !== null && q[at] === ',');
  const field = name?.[1]?.toLowerCase() ?? null;
  return {
    negated,
    field: field?.startsWith('meta.') ? 'meta' : field,
    colon: name === null ? null : (values[0]?.from ?? 0) - 1,
    values,
    from,
    // What the server would not take right behind it belongs to nothing else either.
    to: at + (matchAt(REST, q, at)?.[0].length ?? 0),
  };
}

function readValue(q: string, from: number, plain: RegExp): TermValue {
  const match = matchAt(QUOTED, q, from);
  if (match !== null) {
    const text = (match[1] ?? '').replace(/\\(["\\])/g, '$1');
    const isOpen = match[2] === '';
    return { text, quoted: true, isOpen, from, to: from + match[0].length };
  }
  const text = matchAt(plain, q, from)?.[0] ?? '';
  return { text, quoted: false, isOpen: false, from, to: from + text.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

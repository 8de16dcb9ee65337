import { quotedKey, quotedValue, readTerms, type SearchTerm } from './read-terms.js';
import { FIELDS, samplesOf, type Sample, STATUS_SAMPLES } from './search-fields.js';

/** What tasks seen so far have. */
export interface KnownValues {
  readonly types: readonly string[];
  readonly tags: readonly string[];
  /** The ways to values of the metadata, key by key. */
  readonly keys: readonly (readonly string[])[];
}

export interface Completion {
  /** What it is called in the list. */
  readonly label: string;
  /** A few words on what it finds; may be empty. */
  readonly what: string;
  /** What is written in place of the characters from `from` to `to`. */
  readonly text: string;
}

export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Completion[];
}

/** As many as can be looked over. */
const MOST = 15;

/** How the part of a search can go on in which the caret is. `today` is a date: `2026-01-31`. */
export function completionsAt(
  q: string,
  caret: number,
  known: KnownValues,
  today: string,
): Completions {
  const term = readTerms(q).find(({ from, to }) => from < caret && caret <= to);
  if (term === undefined) return most({ from: caret, to: caret, options: FIELDS.map(asField) });
  if (term.colon === null || caret <= term.colon) return most(atField(q, caret, term, known));
  return most(atValue(q, caret, term, known, today));
}

/** The search with a completion taken, and where the caret is then. */
export function complete(
  q: string,
  { from, to }: Completions,
  { text }: Completion,
): { readonly q: string; readonly caret: number } {
  const isLast = to === q.length;
  const goesOn = /[:.]$/.test(text);
  const written = isLast && !goesOn ? `${text} ` : text;
  return { q: q.slice(0, from) + written + q.slice(to), caret: from + written.length };
}

function atField(q: string, caret: number, term: SearchTerm, known: KnownValues): Completions {
  const from = term.negated ? term.from + 1 : term.from;
  const begun = q.slice(from, caret);
  const to = term.colon === null ? term.to : term.colon + 1;
  // A text in quotes is to be found as it is.
  if (begun.startsWith('"')) return { from, to, options: [] };
  if (begun.toLowerCase().startsWith('meta.')) {
    const keys = known.keys.map((path) => `meta.${path.map(quotedKey).join('.')}:`);
    return { from, to, options: keys.filter(beginsLike(begun)).map(plain) };
  }
  const options = FIELDS.filter(({ name }) => beginsLike(begun)(name)).map(asField);
  if (term.colon !== null || begun === '') return { from, to, options };
  // A value may come to mind sooner than its field.
  const values = [
    ...STATUS_SAMPLES.map(({ text }) => ['status', text] as const),
    ...known.types.map((type) => ['type', type] as const),
    ...known.tags.map((tag) => ['tag', tag] as const),
  ];
  for (const [field, value] of values)
    if (beginsLike(begun)(value)) options.push(plain(`${field}:${quotedValue(value)}`));
  return { from, to, options };
}

function atValue(
  q: string,
  caret: number,
  term: SearchTerm,
  known: KnownValues,
  today: string,
): Completions {
  const value = term.values.findLast(({ from }) => from <= caret);
  if (value === undefined || caret > value.to) return { from: caret, to: caret, options: [] };
  const begun = q.slice(value.quoted ? value.from + 1 : value.from, caret);
  const others = term.values.filter((one) => one !== value).map(({ text }) => text);
  const samples = valuesOf(term.field, known, today).filter(({ text }) => !others.includes(text));
  const beginning = samples.filter(({ text }) => beginsLike(begun)(text));
  const within = samples.filter(
    (sample) => !beginning.includes(sample) && isWithin(begun, sample.text),
  );
  const isTime = term.field !== null && samplesOf(term.field, today).length > 0;
  const options = [...beginning, ...within].map(({ text, what }) => ({
    label: text,
    what,
    // The signs of a comparison lose their meaning in quotes.
    text: isTime ? text : quotedValue(text),
  }));
  // What is all written needs no completion.
  if (options.length === 1 && options[0]?.label === value.text)
    return { from: value.from, to: value.to, options: [] };
  return { from: value.from, to: value.to, options };
}

function valuesOf(field: string | null, known: KnownValues, today: string): readonly Sample[] {
  switch (field) {
    case null:
      return [];
    case 'type':
      return known.types.map(unexplained);
    case 'tag':
      return known.tags.map(unexplained);
    default:
      return samplesOf(field, today);
  }
}

function most({ from, to, options }: Completions): Completions {
  return { from, to, options: options.slice(0, MOST) };
}

function asField({ name, what }: (typeof FIELDS)[number]): Completion {
  return { label: name, what, text: name };
}

function plain(text: string): Completion {
  return { label: text, what: '', text };
}

function unexplained(text: string): Sample {
  return { text, what: '' };
}

function beginsLike(begun: string): (text: string) => boolean {
  const lower = begun.toLowerCase();
  return (text) => text.toLowerCase().startsWith(lower);
}

function isWithin(begun: string, text: string): boolean {
  return text.toLowerCase().includes(begun.toLowerCase());
}

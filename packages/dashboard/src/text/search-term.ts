import { quoted } from './read-terms.js';

/** A term of a search that finds what has exactly this `value` in `field`, whatever is in it. */
export function searchTerm(field: string, value: string): string {
  return `${field}:${/^[\w.@/][\w.@/-]*$/.test(value) ? value : quoted(value)}`;
}

/** The term for a key of the metadata; `null` if a search cannot be asked for it. */
export function metadataTerm(key: string, value: unknown): string | null {
  const text = typeof value === 'string' ? value : String(value);
  const isSimple = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  if (!isSimple || key === '' || text === '' || key.length + text.length > MOST) return null;
  return searchTerm(`meta.${/^[\w-]+$/.test(key) ? key : quoted(key)}`, text);
}

/** Searches are cut off not far above. */
const MOST = 240;

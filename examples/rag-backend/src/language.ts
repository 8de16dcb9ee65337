import { franc } from 'franc-min';

/** The language tag (BCP 47) of a text whose language is not known. */
export const UNKNOWN_LANGUAGE = 'und';

/** Below this many characters a guess is worth less than none. */
const MIN_TEXT_LENGTH = 40;
/** The detector compares letter triples; more text than this changes nothing. */
const MAX_TEXT_LENGTH = 4000;

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/**
 * The language that a file's name carries, as in `film.fr.vtt` or `film.pt-BR.sdh.srt`: the last
 * part that is a two-letter language code, with or without script and region.
 *
 * Three-letter codes are not taken from names: `new`, `old` and `hd` part files more often than they name
 * languages.
 */
export function languageInFileName(name: string): string | undefined {
  const parts = name.split('.').slice(1, -1);
  return parts
    .reverse()
    .map(languageTag)
    .find((tag) => tag !== undefined);
}

/** The canonical form of a language tag; undefined when it is none or starts with no two-letter code. */
export function languageTag(text: string): string | undefined {
  if (!/^[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,2}$/i.test(text)) return undefined;
  try {
    const locale = new Intl.Locale(text.replaceAll('_', '-'));
    const known = languageNames.of(locale.language) !== undefined;
    return known && locale.language.length === 2 ? locale.toString() : undefined;
  } catch {
    return undefined;
  }
}

/** Guesses the language of a text from its script and letters; `und` when there is too little to tell. */
export function detectLanguage(text: string): string {
  const iso639 = franc(text.slice(0, MAX_TEXT_LENGTH), { minLength: MIN_TEXT_LENGTH });
  return iso639 === UNKNOWN_LANGUAGE ? iso639 : new Intl.Locale(iso639).language;
}

/** The English name of a language, for messages. */
export function languageName(tag: string): string {
  return languageNames.of(tag) ?? tag;
}

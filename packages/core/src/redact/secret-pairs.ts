import { CENSOR } from './censor.js';
import {
  isFileName,
  isListedSecret,
  isOpaque,
  isPlaceholder,
  isRandom,
  isSecretValue,
  isSourceText,
} from './opaque.js';
import { SECRECY, type Secrecy, type SecretKeys } from './secret-keys.js';

/** What a terminal takes for a change of colour may stand around a key. */
const ESCAPE = '\\x1b';
const COLOURED = `${ESCAPE}\\[[\\d;]{0,12}m`;
const COLOUR = `(?:${COLOURED}){0,3}`;
const ASSIGNED = `${COLOUR}\\\\{0,8}["'\`]?\\]?${COLOUR}[ \\t]{0,4}(?:=>|:?={1,3}|:(?!:))[ \\t]{0,4}(?:${COLOURED}[ \\t]{0,4}){0,3}`;
/** Of a list, or of a call: `'token', `, `Token(`. */
const LISTED = /\\{0,8}["'], ?(?=[bru]?\\{0,8}["'])|\((?=[bru]?\\{0,8}["'])/.source;

/**
 * A key or flag and what separates it from its value: `token=`, `"token": `, `token => `, `["token"] = `; `'token', `;
 * `--token `. No more than a hundred characters are a key, and none is looked at from two beginnings.
 */
const KEY = new RegExp(
  `(?:(?<![\\w.-])|(?<=${ESCAPE}\\[[\\d;]{0,12}m))(?:(-{0,2}[A-Za-z_][\\w.-]{0,99})(?![\\w.-])(${ASSIGNED}|${LISTED})` +
    `|(--[A-Za-z][\\w.-]{0,99})(?![\\w.-])(?:(["'],? ?(?=["']))|[ \\t]{1,4}(?=[^\\s-])))`,
  'g',
);

/** An unquoted value, up to where something else begins: a closing quote, `&next=`, `; `, `, `, `,next=`, `</`. */
const BARE = new RegExp(
  `(?:[^\\s&;,"'\`<\\\\${ESCAPE}]|["'\`](?=\\w)|\\\\(?!["'\`nrt\\\\])|&(?![\\w.-]{1,64}=)|[;,](?!\\s|$|[A-Za-z_][\\w .-]{0,64}=)|<(?!/))*`,
  'y',
);
/** Of the length of an unquoted value: no word, number or expression is longer. */
const LONG = 250;

const DOUBLE_QUOTED = /(?:[^"\\]|\\[^])*/y;
const SINGLE_QUOTED = /(?:[^'\\]|\\[^])*/y;
const OPENING_QUOTE = /(?:[bruf]{0,2})(\\{0,8}["'`])/y;
const REST_OF_LINE = /[^\r\n]*/y;
/** The same, inside of a quote. */
const REST_OF_QUOTE: Readonly<Record<string, RegExp>> = {
  '"': /[^\r\n"]*/y,
  "'": /[^\r\n']*/y,
  '`': /[^\r\n`]*/y,
};

/** How a value of an `Authorization` header begins; of the last three kinds all that follows belongs to it. */
const SCHEME =
  /(?:bearer|basic|token|apikey|negotiate|ntlm|hawk|googlelogin|digest|oauth|aws4-hmac-sha256)[ ]+/iy;
const SCHEME_WITH_PARAMETERS = /^(?:hawk|digest|oauth|aws4)/i;

/** `name: DB_PASSWORD, value: …` after `name: `. */
const NAME_OF_VALUE =
  /\\{0,8}["'`]?([A-Za-z_][\w.-]{0,99})\\{0,8}["'`]?[,\s]{1,40}\\{0,8}["'`]?(?=value\b)/iy;
/** `('user', 'password')` after `auth=` or `Auth`, up to the password. */
const USER_BEFORE_PASSWORD = /\(?\s?[bru]?(["'])[^"'\n]{0,100}\1,\s?(?=[bru]?["'])/y;
/** An address has it so: `?key=…`. */
const SHORTEST_KEY_OF_ADDRESS = 20;

/** Where in a text a value stands. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** `text` without the values of its secret keys and flags: `token=…`, `"token": "…"`, `token: …`, `--token …`. */
export function redactPairs(text: string, keys: SecretKeys): string {
  let out = '';
  let copied = 0;
  let named: NamedValue | null = null;
  KEY.lastIndex = 0;
  for (let match = KEY.exec(text); match !== null; match = KEY.exec(text)) {
    const from = KEY.lastIndex;
    const written = match[1] ?? match[3] ?? '';
    let key = wholeKey(text, match.index, written);
    let secrecy = keys.secrecyOf(key);
    if (secrecy === SECRECY.none) {
      if (/^(?:name|key)$/i.test(written)) named = namedValue(text, from) ?? named;
      if (named?.valueAt === match.index) {
        key = named.name;
        secrecy = keys.secrecyOf(key);
      } else if (written === 'key' && isKeyOfAddress(text, match.index, from)) {
        secrecy = SECRECY.random;
      }
      if (secrecy === SECRECY.none) continue;
    }
    const separator = match[2] ?? match[4] ?? ' ';
    const span = new PairValue(text, match.index, key, separator, from).secretSpan(secrecy);
    KEY.lastIndex = Math.max(from, span?.end ?? 0);
    if (span === null) continue;
    out += text.slice(copied, span.start) + CENSOR;
    copied = span.end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

interface NamedValue {
  readonly name: string;
  readonly valueAt: number;
}

function namedValue(text: string, from: number): NamedValue | null {
  NAME_OF_VALUE.lastIndex = from;
  const name = NAME_OF_VALUE.exec(text)?.[1];
  return name === undefined ? null : { name, valueAt: NAME_OF_VALUE.lastIndex };
}

function isKeyOfAddress(text: string, keyAt: number, from: number): boolean {
  return (
    /[?&]/.test(text.charAt(keyAt - 1)) &&
    /^[\w~+-]+$/.test(
      text.slice(from, from + SHORTEST_KEY_OF_ADDRESS).padEnd(SHORTEST_KEY_OF_ADDRESS),
    )
  );
}

/** `API key: …` has the half of its key in the word before, and `\npassword: …` of quoted text an `n` too much. */
function wholeKey(text: string, index: number, key: string): string {
  if (text[index - 1] === '\\' && /^[nrt]/.test(key)) return key.slice(1);
  if (key.length > 6 || !/^(?:keys?|string|id|tokens?|word)$/i.test(key)) return key;
  if (text[index - 1] !== ' ') return key;
  let start = index - 1;
  while (start > 0 && index - start < 20 && isLetter(text.charCodeAt(start - 1))) start--;
  return text.slice(start, index) + key;
}

const COLOURS = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g');

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** What follows a key, and whether it is a secret. */
class PairValue {
  readonly #text: string;
  readonly #keyAt: number;
  readonly #key: string;
  readonly #separator: string;
  readonly #start: number;

  constructor(text: string, keyAt: number, key: string, separator: string, start: number) {
    this.#text = text;
    this.#keyAt = keyAt;
    this.#key = key;
    this.#separator = separator.length > 5 ? separator.replaceAll(COLOURS, '') : separator;
    this.#start = start;
  }

  secretSpan(secrecy: Secrecy): Span | null {
    const password = this.#passwordAfterUser();
    if (password !== null) return password;
    if (this.#separator.includes(',') && !this.#key.startsWith('-')) return this.#listed(secrecy);
    OPENING_QUOTE.lastIndex = this.#start;
    const quote = OPENING_QUOTE.exec(this.#text)?.[1];
    return quote === undefined ? this.#bare(secrecy) : this.#quoted(quote, secrecy);
  }

  #quoted(quote: string, secrecy: Secrecy): Span | null {
    const start = OPENING_QUOTE.lastIndex;
    const span = { start, end: this.#endOfQuoted(quote, start) };
    const value = this.#text.slice(start, span.end);
    if (isPlaceholder(value) || this.#isClosing(quote, span)) return null;
    if (secrecy <= SECRECY.opaque) return isSecretValue(value, secrecy) ? span : null;
    // `SecretStr("…")` has a value, `getToken("…")` the name of one.
    if (this.#separator === '(') return isRandom(value) ? span : null;
    if (secrecy === SECRECY.password || this.#isTight || this.#isOfItsOwn) return span;
    return isOpaque(value) ? span : null;
  }

  /** `'token', '…'`, of which the name has to be one text and all of it. */
  #listed(secrecy: Secrecy): Span | null {
    if (!/["']/.test(this.#text.charAt(this.#keyAt - 1))) return null;
    const span = this.#spanOfQuoted(this.#start);
    if (span === null) return null;
    return isListedSecret(this.#key, secrecy, this.#text.slice(span.start, span.end)) ? span : null;
  }

  /** `auth=('user', '…')`, `BasicAuth("user", "…")` */
  #passwordAfterUser(): Span | null {
    if (this.#separator !== '(' && this.#text.charAt(this.#start) !== '(') return null;
    if (!/(?<!o)auth$/i.test(this.#key)) return null;
    USER_BEFORE_PASSWORD.lastIndex = this.#start;
    if (!USER_BEFORE_PASSWORD.test(this.#text)) return null;
    const span = this.#spanOfQuoted(USER_BEFORE_PASSWORD.lastIndex);
    if (span === null) return null;
    return isPlaceholder(this.#text.slice(span.start, span.end)) ? null : span;
  }

  #spanOfQuoted(from: number): Span | null {
    OPENING_QUOTE.lastIndex = from;
    const quote = OPENING_QUOTE.exec(this.#text)?.[1];
    if (quote === undefined) return null;
    const start = OPENING_QUOTE.lastIndex;
    return { start, end: this.#endOfQuoted(quote, start) };
  }

  /** The quote ends a text that the key stands at the end of, `'password: '`, and begins none. */
  #isClosing(quote: string, { start, end }: Span): boolean {
    if (/["'`]/.test(this.#separator)) return false;
    if (this.#text.startsWith(quote, this.#keyAt - quote.length)) return true;
    return end === this.#text.length && /^\s*[+%),;:\]]/.test(this.#after(start));
  }

  #endOfQuoted(quote: string, start: number): number {
    if (quote === '"') return this.#endOf(DOUBLE_QUOTED, start);
    if (quote === "'") return this.#endOf(SINGLE_QUOTED, start);
    const end = this.#text.indexOf(quote, start);
    return end === -1 ? this.#text.length : end;
  }

  #bare(secrecy: Secrecy): Span | null {
    const header = this.#header();
    if (header !== null) return header;
    const start = this.#start;
    // A list or an object, in which there may be keys.
    if ('[{(|'.includes(this.#text.charAt(start))) return null;
    const end = trimmedEnd(this.#text, start, this.#endOf(BARE, start));
    const value = this.#text.slice(start, end);
    // Whatever so long a value is, it is not looked at again for the keys that may be in it.
    if (value.length > LONG) return { start, end };
    if (isPlaceholder(value) || value.includes(CENSOR)) return null;
    // Usage texts name the value of a flag so: `--password PASSWORD`.
    if (this.#key.startsWith('--') && !this.#isTight && /^[A-Z][A-Z_]*$/.test(value)) return null;
    if (isSourceText(this.#key, value, !this.#isTight)) return null;
    return this.#isSecret(value, end, secrecy) ? { start, end } : null;
  }

  #isSecret(value: string, end: number, secrecy: Secrecy): boolean {
    const isNumber = /^[\d.,:/%+-]*$/.test(value);
    if (secrecy <= SECRECY.opaque) return isSecretValue(value, secrecy);
    if (secrecy === SECRECY.secret) {
      if (isNumber || isFileName(value)) return false;
      if (this.#separator !== ' ')
        return this.#isTight || isOpaque(value, this.#isOfItsOwn ? 4 : 6);
    }
    if (this.#isTight) return true;
    if (isNumber) return value.length >= 4;
    if (/^(?:\.{0,2}\/|~\/|\w+:\/\/)/.test(value)) return false;
    // A word that more words follow is the beginning of a sentence: *password: must have a digit*.
    return (
      !/^[A-Za-z]{1,19}$/.test(value) || /^[ \t]*(?:$|[\r\n,;"'`)}\]]|-)/.test(this.#after(end))
    );
  }

  /** `Authorization: Bearer …`, of which the scheme stays; `Cookie: a=…; b=…`, of which nothing does. */
  #header(): Span | null {
    if (/auth/i.test(this.#key)) {
      SCHEME.lastIndex = this.#start;
      const scheme = SCHEME.exec(this.#text);
      if (scheme === null) return null;
      const start = SCHEME.lastIndex;
      const end = SCHEME_WITH_PARAMETERS.test(scheme[0])
        ? this.#endOf(/[^\r\n]*/y, start)
        : trimmedEnd(this.#text, start, this.#endOf(BARE, start));
      if (this.#text.startsWith(CENSOR, start)) return { start, end: start + CENSOR.length };
      // `Bearer <token> in the header`: the end of what stands for a token was taken for one of a sentence.
      if (isPlaceholder(this.#text.slice(start, end + 1))) return null;
      return end > start ? { start, end } : null;
    }
    if (!/cookie$/i.test(this.#key) || !/^[\w.-]{1,100}=/.test(this.#after(this.#start)))
      return null;
    // Cookies may have quotes of their own; only the one that the header is in ends them.
    const around = this.#text[this.#keyAt - 1] ?? '';
    const rest = REST_OF_QUOTE[around] ?? REST_OF_LINE;
    return { start: this.#start, end: this.#endOf(rest, this.#start) };
  }

  /** `key=value`, `'--key', 'value'`: nobody writes prose so. */
  get #isTight(): boolean {
    return this.#separator === '=' || this.#separator.includes(',');
  }

  /** It begins a line or a log's message, or stands between brackets, quotes and commas: it is no part of a sentence. */
  get #isOfItsOwn(): boolean {
    const before = this.#text.slice(Math.max(0, this.#keyAt - 20), this.#keyAt);
    return /(?:^|[\r\n{[(,;&?"'`\]>|]|[-:] |\b[A-Z]{4,5} )[ \t]*$/.test(before);
  }

  #after(index: number): string {
    return this.#text.slice(index, index + 110);
  }

  #endOf(expression: RegExp, start: number): number {
    expression.lastIndex = start;
    expression.exec(this.#text);
    return expression.lastIndex;
  }
}

/** Without the punctuation of what surrounds the value. */
function trimmedEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && '),]}.:!?|>'.includes(text[last - 1] as string)) last--;
  return last;
}

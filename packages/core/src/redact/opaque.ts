import { CENSOR } from './censor.js';
import { SECRECY, type Secrecy } from './secret-keys.js';

const SAYS_NOTHING = new Set(
  (
    'true false null none nil undefined yes no on off any str string text int bool bytes optional required missing invalid incorrect ' +
    'wrong expired failed failure unknown empty unset set given changed ok denied rejected accepted not is must hidden default basic bearer ' +
    'digest oauth oauth2 oidc saml2 hmac rs256 es256 hs256 sha1 sha256 sha512 md5 ed25519 disabled enabled anonymous error mismatch ignored revoked'
  ).split(' '),
);

/** `${TOKEN}`, `$TOKEN`, `%TOKEN%`, `{{ token }}`, `<token>`, `***`, `...`: stands for a value, and is none. */
const PLACEHOLDER =
  /^(?:\$\{.{0,100}|\$[A-Z_][A-Z0-9_]*|%[A-Za-z_]\w*%|\{\{?[ \w.!:-]*\}?\}?|<[^<>]{0,100}>?|[*.•x_-]+)$/;
/** `%s`, `{}`, `%s:%s`: a value will be put there. */
const FORMAT = /^[^\w%{]{0,5}(?:(?:%[sdrif]|\{[\w.!:]{0,30}\})[^\w%{]{0,5})+$/;
const PUNCTUATION = /^[\s\p{P}]{1,3}$/u;

/** Whether `value`, which is all that a key of this secrecy has, must be hidden. */
export function isSecretValue(value: string, secrecy: Secrecy): boolean {
  if (secrecy === SECRECY.none || isPlaceholder(value)) return false;
  if (secrecy === SECRECY.random) return isRandom(value);
  if (secrecy === SECRECY.opaque) return isOpaque(value);
  return secrecy === SECRECY.password || !isFileName(value);
}

/** Whether a value under a secret key gives nothing away, so that it may stay readable. */
export function isPlaceholder(value: string): boolean {
  if (value === '' || value.startsWith(CENSOR)) return true;
  if (value.length > 120) return false;
  const bare = value.replace(/^(?:bearer|basic|digest|token)(?: |$)/i, '');
  // What stands for a token, and the rest of the sentence.
  if (bare !== value && /^<[^<>]{1,100}>(?:\s|$)/.test(bare)) return true;
  if (bare === '' || SAYS_NOTHING.has(bare.toLowerCase())) return true;
  if (/^[A-Za-z0-9]/.test(bare) && !/[%{]/.test(bare)) return /^x+$/i.test(bare);
  return PLACEHOLDER.test(bare) || FORMAT.test(bare) || PUNCTUATION.test(bare);
}

/** Whether a value could have been drawn at random: neither a word nor a number, a date or a path. */
export function isOpaque(value: string, minLength = 8): boolean {
  if (value.length < minLength || /\s/.test(value)) return false;
  if (/^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|\w+:\/\/|\d{4}-\d\d-\d\d)/.test(value)) return false;
  if (/\d/.test(value)) return /[A-Za-z]/.test(value);
  return /^[\w+/=-]{20,}$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether a value can only have been drawn at random: letters and digits in one long piece, or padded base64; no path, no UUID. */
export function isRandom(value: string, minLength = 16): boolean {
  if (value.length < minLength || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/^[\w+/-]{30,}={1,2}$/.test(value)) return true;
  if (!/^[\w+=~-]+$/.test(value) || UUID.test(value)) return false;
  return value
    .split(/[_+=~-]/)
    .some((piece) => piece.length >= 16 && /\d/.test(piece) && /[A-Za-z]/.test(piece));
}

/** Whether what follows a telling name in a list is its value, and not the next of some names: `['token', 'user_id']`. */
export function isListedSecret(name: string, secrecy: Secrecy, value: string): boolean {
  if (secrecy === SECRECY.none || isPlaceholder(value)) return false;
  if (secrecy <= SECRECY.opaque) return isRandom(value);
  if (/^(?:bearer|basic|token|apikey) +\S/i.test(value)) return true;
  if (/cookie$/i.test(name) && /^[\w.-]{1,100}=./.test(value)) return true;
  // `client_id_2` is a name; of `hunter2` only a password's own name makes more than one.
  const words = /^[a-z]+(?<rest>[._-][a-z]+)*[._-]?\d?$/i.exec(value);
  if (words !== null && (words.groups?.['rest'] !== undefined || secrecy < SECRECY.password))
    return false;
  return isOpaque(value, 6);
}

/** `cookies.txt`: where cookies are, not what they say. */
export function isFileName(value: string): boolean {
  return (
    value.length <= 255 &&
    /^[\w./\\ ~:-]+\.(?:txt|json|jar|sqlite|db|ya?ml|toml|ini|pem|key|crt|cfg|env)$/.test(value)
  );
}

const IDENTIFIER = '[A-Za-z_$][\\w$]*';
const EXPRESSION = new RegExp(
  `^${IDENTIFIER}(?:\\??\\.${IDENTIFIER}|\\((?:${IDENTIFIER}|\\d+)?\\)?|\\[["']?(?:${IDENTIFIER}|\\d+)?["']?\\]?)+$`,
);
const CALL = new RegExp(`^${IDENTIFIER}(?:\\??\\.${IDENTIFIER})*[([]`);

/**
 * `self.token`, `get_token()`, `os.environ["TOKEN"…`: source text as tracebacks quote it, not a value. `isSpaced` as in
 * `token = …`.
 */
export function isSourceText(key: string, value: string, isSpaced: boolean): boolean {
  if (value.length > 200) return false;
  if (lastName(value) === lastName(key)) return true;
  if (isSpaced && CALL.test(value)) return true;
  if (!EXPRESSION.test(value)) return false;
  return (
    /[([]/.test(value) ||
    /^(?:self|this|cls|args|opts|options|config|settings|env|os|process|request|req)\b/.test(
      value,
    ) ||
    /pass|pwd|secret|token|key|auth|cred|cookie|sig/i.test(lastName(value))
  );
}

/** `self._token` → `token` */
function lastName(expression: string): string {
  return expression.slice(expression.lastIndexOf('.') + 1).replace(/^[_-]+/, '');
}

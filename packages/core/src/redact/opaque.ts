import { CENSOR } from './censor.js';
import { SECRECY, type Secrecy } from './secret-keys.js';

const SAYS_NOTHING = new Set(
  (
    'true false null none nil undefined yes no on off any str string text int bool bytes optional required missing invalid incorrect ' +
    'wrong expired failed failure unknown empty unset set given changed ok denied rejected accepted not is must hidden default basic bearer ' +
    'digest oauth disabled enabled anonymous error mismatch ignored revoked'
  ).split(' '),
);

/** `${TOKEN}`, `$TOKEN`, `%TOKEN%`, `{{ token }}`, `<token>`, `***`, `...`: stands for a value, and is none. */
const PLACEHOLDER =
  /^(?:\$\{.{0,100}|\$[A-Z_][A-Z0-9_]*|%[A-Za-z_]\w*%|\{\{?[ \w.-]*\}?\}?|<[^<>]{0,100}>?|[*.•x_-]+)$/;

/** Whether `value`, which is all that a key of this secrecy has, must be hidden. */
export function isSecretValue(value: string, secrecy: Secrecy): boolean {
  if (secrecy === SECRECY.none || isPlaceholder(value)) return false;
  if (secrecy === SECRECY.opaque) return isOpaque(value);
  return secrecy === SECRECY.password || !isFileName(value);
}

/** Whether a value under a secret key gives nothing away, so that it may stay readable. */
export function isPlaceholder(value: string): boolean {
  if (value === '' || value.startsWith(CENSOR)) return true;
  if (value.length > 120) return false;
  return SAYS_NOTHING.has(value.toLowerCase()) || PLACEHOLDER.test(value);
}

/** Whether a value could have been drawn at random: neither a word nor a number, a date or a path. */
export function isOpaque(value: string): boolean {
  if (value.length < 8 || /\s/.test(value)) return false;
  if (/^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|\w+:\/\/|\d{4}-\d\d-\d\d)/.test(value)) return false;
  if (/\d/.test(value)) return /[A-Za-z]/.test(value);
  return value.length >= 20 && /[a-z]/.test(value) && /[A-Z]/.test(value);
}

/** `cookies.txt`: where cookies are, not what they say. */
export function isFileName(value: string): boolean {
  return (
    value.length <= 255 &&
    /^[\w./\\ ~:-]+\.(?:txt|json|jar|sqlite|db|ya?ml|toml|ini|pem|key|crt|cfg|env)$/.test(value)
  );
}

/** `self.token`, `get_token(…`, `os.environ["TOKEN"…`: source text as tracebacks quote it, not a value. */
export function isSourceText(key: string, value: string): boolean {
  if (value === key) return true;
  if (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*[([](?:[A-Za-z_][\w.]*|\d*)$/.test(value))
    return true;
  return /^(?:self|this|cls|args|opts|options|config|settings|env|os|process|request|req|ctx|context|conn|client|user|obj|params|data|kwargs)(?:\??\.[A-Za-z_$][\w$]*)+$/.test(
    value,
  );
}

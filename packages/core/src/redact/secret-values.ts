import { CENSOR } from './censor.js';
import { isRandom } from './opaque.js';

/**
 * What its first characters give away, wherever it stands. What is repeated without a bound is never followed by
 * something that may be missing, unless it can begin only where no such character is before it: every character is looked
 * at from one beginning.
 */
const KNOWN_TOKENS = new RegExp(
  [
    '(?:(?<![A-Za-z0-9])|(?<=%[0-9A-F]{2}))(?:' +
      [
        'A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])',
        'gh[pousr]_[A-Za-z0-9]{20,}',
        'github_pat_\\w{20,}',
        'glpat-[\\w-]{16,}',
        'xox[a-z]-[\\w-]{15,}',
        'xapp-[\\w-]{16,}',
        '[sr]k_(?:live|test)_\\w{12,}',
        'AIza[\\w-]{30,}',
        'ya29\\.[\\w-]{20,}',
        'npm_[A-Za-z0-9]{30,}',
        'hf_[A-Za-z0-9]{25,}',
        '(?:whsec|gsk|r8|pcsk|dop_v1|lsv2_[a-z]{2})_[A-Za-z0-9_]{20,}',
        'shp(?:at|ss|ca|pa)_[a-fA-F0-9]{24,}',
        '(?:pypi|tvly|pplx|nvapi)-[\\w-]{20,}',
        'hv[sbr]\\.[\\w-]{20,}',
        'dapi[0-9a-f]{32}(?![A-Za-z0-9])',
        '(?:xai|llx)-[A-Za-z0-9]{20,}',
        '(?:secret|ntn)_[A-Za-z0-9]{40,}',
        'lin_(?:api|oauth)_[A-Za-z0-9]{30,}',
        'fw_[A-Za-z0-9]{20,}',
        'sb_secret_[\\w-]{20,}',
        'AGE-SECRET-KEY-1[A-Z0-9]{30,}',
        '\\d{8,10}:AA[\\w-]{32,}',
      ].join('|') +
      ')',
    '(?:(?<![\\w-])|(?<=%[0-9A-F]{2}))(?:SG\\.[\\w-]{16,}\\.[\\w-]{16,}|eyJ[\\w-]{8,}\\.[\\w-]{5,}(?:\\.[\\w-]*)*)',
  ].join('|'),
  'g',
);

const SK_TOKEN = /(?<![A-Za-z0-9])sk-[\w-]{20,}/g;
/** So short a beginning means something only before what no slug looks like. */
const PA_TOKEN = /(?<![\w-])pa-(?=[\w-]{0,20}\d)(?=[\w-]{0,20}[A-Z])[\w-]{36,}/g;

/** Of addresses to which anybody may post, the part that nobody is to know. */
const SECRET_ADDRESS =
  /((?<=hooks\.slack\.com)\/(?:services|workflows|triggers)\/)[\w/-]{20,}|(\/api\/(?:v\d{1,2}\/)?webhooks\/\d{5,25}\/|\/bot\d{5,12}:)[\w-]{20,}/g;

export function redactKnownTokens(text: string): string {
  return text
    .replace(SECRET_ADDRESS, `$1$2${CENSOR}`)
    .replace(KNOWN_TOKENS, CENSOR)
    .replace(PA_TOKEN, CENSOR)
    .replace(SK_TOKEN, (token) =>
      // The names of programs and styles begin so too, and consist of words.
      /[A-Za-z0-9_]{16}/.test(token) || (/\d/.test(token) && /[A-Z]/.test(token)) ? CENSOR : token,
    );
}

/** A token in the place of a user: that of a Sentry DSN, of a Git host. */
const TOKEN_USER = /(?<=:\/\/)([\w.~+%-]{16,256})(?=@)/g;
const USERINFO = /:\/\/([^\s/?#"'`<>@:]{0,256}):(?!\d{1,5}(?:[/?#\s"'`]|$))/g;
const PASSWORD = /[^\s/?#"'`<>]*@/y;
/** With a slash or the like in it, which should have been escaped. */
const ODD_PASSWORD = /[^\s"'`<>@:]{0,256}@/y;

/** The password of `scheme://user:password@host`, and a token that stands there alone. */
export function redactUrlPasswords(given: string): string {
  const text = given.replace(TOKEN_USER, (user) => (isRandom(user) ? CENSOR : user));
  let out = '';
  let copied = 0;
  USERINFO.lastIndex = 0;
  for (let match = USERINFO.exec(text); match !== null; match = USERINFO.exec(text)) {
    const start = USERINFO.lastIndex;
    const end = endOf(PASSWORD, text, start) ?? endOf(ODD_PASSWORD, text, start);
    if (end === null || end - 1 === start) continue;
    if (text.slice(start, end - 1) === CENSOR) continue;
    out += text.slice(copied, start) + CENSOR;
    copied = end - 1;
    USERINFO.lastIndex = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

function endOf(expression: RegExp, text: string, start: number): number | null {
  expression.lastIndex = start;
  return expression.test(text) ? expression.lastIndex : null;
}

const BEARER = /\b(bearer[ \t]+)([\w.~+/=-]{16,})/gi;
const BASIC = /\b(basic[ \t]+)([A-Za-z0-9+/]{4,}={0,2})/gi;

/** `Bearer …` and `Basic …` where no header's name tells that they are credentials. */
export function redactSchemes(text: string): string {
  return text
    .replace(BEARER, (whole, scheme: string, token: string) =>
      /\d/.test(token) ||
      (/[a-z]/.test(token) && /[A-Z]/.test(token.slice(1)) && !/[-/.]/.test(token))
        ? scheme + CENSOR
        : whole,
    )
    .replace(BASIC, (whole, scheme: string, token: string) =>
      saysUserAndPassword(token) ? scheme + CENSOR : whole,
    );
}

/** `user:password` in base64; no word of prose says that. */
function saysUserAndPassword(base64: string): boolean {
  const said = Buffer.from(base64.slice(0, 1_000), 'base64').toString();
  return said.includes(':') && !/[\p{Cc}\ufffd]/u.test(said);
}

export const PRIVATE_KEY_MARK = /-----(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** What follows BEGIN where it is not only spoken of; line ends may be written as `\n`. */
const KEY_BEGINNING =
  /^(?:\s|\\[nr]){0,8}(?:[A-Za-z0-9+/=]{16}|(?:Proc-Type|DEK-Info|Version|Comment|Hash): )/;

/** Everything between the BEGIN and END of a private key; where one of them is missing, all that can belong to it. */
export function redactPrivateKeys(text: string): string {
  let out = '';
  let copied = 0;
  let isInside = false;
  for (const mark of text.matchAll(PRIVATE_KEY_MARK)) {
    const end = mark.index + mark[0].length;
    const begin =
      isInside || mark[1] === 'BEGIN' ? copied : startOfKeyLines(text, copied, mark.index);
    const between = text.slice(begin, mark.index);
    out += text.slice(copied, begin);
    out += (isInside || mark[1] === 'END' ? censored(between) : between) + mark[0];
    copied = end;
    isInside = mark[1] === 'BEGIN';
  }
  const rest = text.slice(copied);
  return out + (isInside && KEY_BEGINNING.test(rest) ? censored(rest) : rest);
}

/** On lines of its own, if what it replaces was. */
function censored(keyText: string): string {
  if (keyText.trim() === '') return keyText;
  return (keyText.startsWith('\n') ? '\n' : '') + CENSOR + (keyText.endsWith('\n') ? '\n' : '');
}

/** Lines of base64 before `end` are a key whose beginning was cut off. */
function startOfKeyLines(text: string, from: number, end: number): number {
  let start = end;
  while (start > from) {
    const lineStart = Math.max(from, text.lastIndexOf('\n', start - 2) + 1);
    if (!/^[A-Za-z0-9+/=]+\s*$/.test(text.slice(lineStart, start))) break;
    start = lineStart;
  }
  return start;
}

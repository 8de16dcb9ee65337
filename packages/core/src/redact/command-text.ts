import { CENSOR } from './censor.js';
import { isPlaceholder, isSecretValue } from './opaque.js';
import type { SecretKeys } from './secret-keys.js';

const CURL_USER =
  /(?<![\w-])(-[sSfLkviIgjNOqRG46]{0,8}[uU]|--user|--proxy-user)(["']?[,=]?[ \t]{0,4}["']?[^\s:"',]{1,100}:)([^\s"']+)/g;

/** `curl -u user:password` on a command line that is text. */
export function redactCurlUsers(text: string): string {
  return text.replace(CURL_USER, (whole, option: string, user: string, password: string) =>
    password.startsWith('//') || password === CENSOR ? whole : option + user + CENSOR,
  );
}

/** A program whose option is a password, by the form of that option; the end of its arguments; such an option. */
const PART =
  /(?<![\w.-])(?:(?<joined>(?:mysql|mariadb)[a-z-]{0,20}|7z[azr]?)|(?<any>sshpass|mongo(?:sh|dump|restore|export|import)?|(?:docker|podman)[ \t]{1,4}login)|(?<apart>redis-cli))(?=[ \t])|(?<end>[\n;|]|&&)|(?<=[ \t])-(?<option>[pa])/g;
const VALUE = /(?:"[^"\n]*|'[^'\n]*|[^\s"'`;|&)]+)/y;
const LETTERS = { joined: 'p', any: 'p', apart: 'a' } as const;

/** `mysql -pSECRET`, `sshpass -p SECRET`, `redis-cli -a SECRET` and the like on a command line that is text. */
export function redactProgramOptions(text: string): string {
  let out = '';
  let copied = 0;
  let form: keyof typeof LETTERS | null = null;
  PART.lastIndex = 0;
  for (let match = PART.exec(text); match !== null; match = PART.exec(text)) {
    const { groups = {} } = match;
    if (groups['option'] === undefined) {
      form = formOf(groups);
      continue;
    }
    if (form === null || LETTERS[form] !== groups['option']) continue;
    const start = startOfValue(text, PART.lastIndex, form);
    VALUE.lastIndex = start;
    const value = VALUE.exec(text)?.[0];
    if (value === undefined) continue;
    form = null;
    // What is hidden may look like a program.
    PART.lastIndex = VALUE.lastIndex;
    const quoteLength = /^["']/.test(value) ? 1 : 0;
    if (isPlaceholder(value.slice(quoteLength))) continue;
    out += text.slice(copied, start + quoteLength) + CENSOR;
    copied = PART.lastIndex;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

function formOf(groups: Readonly<Record<string, string | undefined>>): keyof typeof LETTERS | null {
  if (groups['joined'] !== undefined) return 'joined';
  if (groups['any'] !== undefined) return 'any';
  return groups['apart'] === undefined ? null : 'apart';
}

/** Where it is to be joined, a blank is the end of the option; elsewhere it may be there. */
function startOfValue(text: string, from: number, form: keyof typeof LETTERS): number {
  let start = from;
  while (form !== 'joined' && start - from < 4 && /[ \t]/.test(text.charAt(start))) start++;
  return form === 'apart' && start === from ? text.length : start;
}

const CONFIGURED = /(\bconfigure set ([\w.-]{1,100}) )(["']?)([^\s"']+)/g;

/** `aws configure set NAME SECRET` */
export function redactConfigured(text: string, keys: SecretKeys): string {
  return text.replace(
    CONFIGURED,
    (whole, start: string, name: string, quote: string, value: string) =>
      isSecretValue(value, keys.secrecyOf(name)) ? start + quote + CENSOR : whole,
  );
}

import { CENSOR, FAILED_CENSOR } from './censor.js';
import { redactConfigured, redactCurlUsers, redactProgramOptions } from './command-text.js';
import { isListedSecret, isSecretValue } from './opaque.js';
import type { RedactOptions } from './redact-options.js';
import { redactElements } from './secret-elements.js';
import { SECRECY, type Secrecy, SecretKeys } from './secret-keys.js';
import { redactPairs } from './secret-pairs.js';
import { SecretPaths } from './secret-paths.js';
import {
  redactKnownTokens,
  redactPrivateKeys,
  redactSchemes,
  redactUrlPasswords,
} from './secret-values.js';
import { cutText, storableText } from '../text.js';
import { SUSPICION, suspicionOf } from './suspicion.js';

/** So many keys are remembered. A program has few; those that a user makes up must not fill the memory. */
const MAX_REMEMBERED = 2_000;
const MAX_REMEMBERED_LENGTH = 64;

/** So much more than it may keep is looked at of a long text, and half of that thrown away: its end may be half a secret. */
const MARGIN = 8_192;

/** What a key of data says of its value, and the key itself without secrets. */
export interface KeyVerdict {
  readonly secrecy: Secrecy;
  readonly shown: string;
}

/**
 * Puts `[Redacted]` in the place of secrets, before anything is stored or told. Takes time in proportion to the text,
 * whatever stands in it; a text without secrets is returned as it is.
 */
export class Redactor {
  readonly isOff: boolean;
  readonly paths: SecretPaths;
  readonly #keys: SecretKeys;
  readonly #patterns: readonly RegExp[];
  readonly #replace: RedactOptions['replace'];
  readonly #hasUsersRules: boolean;
  readonly #onError: (error: unknown, where: string) => void;
  readonly #verdicts = new Map<string, KeyVerdict>();
  /** Telling of a failure is a text, too: of that one's failure nobody is told. */
  #isTelling = false;

  /** With `false` it changes nothing. */
  constructor(
    options: RedactOptions | false = {},
    onError: (error: unknown, where: string) => void = () => {},
  ) {
    const { keys, allow, patterns = [], paths, replace } = options === false ? {} : options;
    this.isOff = options === false;
    this.paths = new SecretPaths(paths);
    this.#keys = new SecretKeys(keys, allow);
    // Copies of our own: nobody else moves their position, and each finds all that there is.
    this.#patterns = patterns.map(
      ({ source, flags }) => new RegExp(source, `${flags.replace(/[gy]/g, '')}g`),
    );
    this.#replace = replace;
    this.#hasUsersRules = patterns.length > 0 || replace !== undefined;
    this.#onError = onError;
  }

  secrecyOf(key: string): Secrecy {
    return this.isOff ? SECRECY.none : this.#keys.secrecyOf(key);
  }

  /** Costs a look into a map for a key that was seen before. */
  key(key: string, field: string): KeyVerdict {
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = { secrecy: this.secrecyOf(key), shown: this.text(key, field) };
    if (
      verdict.shown === key &&
      key.length <= MAX_REMEMBERED_LENGTH &&
      this.#replace === undefined
    ) {
      if (this.#verdicts.size >= MAX_REMEMBERED) this.#verdicts.clear();
      this.#verdicts.set(key, verdict);
    }
    return verdict;
  }

  /** What stands under a key of this secrecy, in the field named so. */
  value(value: string, secrecy: Secrecy, field: string): string {
    return secrecy !== SECRECY.none && isSecretValue(value, secrecy)
      ? CENSOR
      : this.text(value, field);
  }

  /** A text that follows another one in a list, as a header's value does its name. */
  listed(name: string, value: string, secrecy: Secrecy, field: string): string {
    if (
      !this.isOff &&
      name.length <= MAX_REMEMBERED_LENGTH &&
      this.#keys.hint.test(name) &&
      /^[\w.-]+$/.test(name)
    ) {
      const own = this.#keys.secrecyOf(name);
      const isSecret = name.startsWith('--')
        ? !value.startsWith('-') && isSecretValue(value, own)
        : isListedSecret(name, own, value);
      if (isSecret) return CENSOR;
    }
    return this.value(value, secrecy, field);
  }

  /** How secret `value` is in `{ name: 'DB_PASSWORD', value: '…' }`, by the name there. */
  secrecyOfNamed(record: Readonly<Record<string, unknown>>): Secrecy {
    const name = record['name'] ?? record['key'] ?? record['Name'] ?? record['Key'];
    return typeof name === 'string' ? this.secrecyOf(name) : SECRECY.none;
  }

  /** A text of the field named so. */
  text(text: string, field: string): string {
    if (this.isOff) return text;
    const suspicion = suspicionOf(text);
    const own = suspicion === SUSPICION.none ? text : this.#byOwnRules(text, suspicion);
    return this.#hasUsersRules ? this.#byUsersRules(own, field) : own;
  }

  /**
   * As {@link text}, of a text that may be very long: storable, and cut at `maxBytes` with a visible `…`. It is cut last, so
   * that no half of a secret stays.
   */
  bounded(text: string, maxBytes: number, field: string): string {
    if (text.length <= maxBytes + MARGIN)
      return cutText(this.text(storableText(text), field), maxBytes);
    const clean = this.text(storableText(text.slice(0, maxBytes + MARGIN)), field);
    if (clean === FAILED_CENSOR) return clean;
    return cutText(`${storableText(clean.slice(0, -MARGIN / 2))}…`, maxBytes);
  }

  #byOwnRules(text: string, suspicion: number): string {
    let clean = text;
    const hasPair = (suspicion & SUSPICION.pair) !== 0;
    if (hasPair && clean.includes(' PRIVATE KEY')) clean = redactPrivateKeys(clean);
    if (hasPair && (suspicion & SUSPICION.at) !== 0) clean = redactUrlPasswords(clean);
    if ((suspicion & SUSPICION.option) !== 0) {
      clean = redactProgramOptions(clean);
      if (hasPair && clean.includes('curl')) clean = redactCurlUsers(clean);
    }
    if (hasPair && this.#keys.hint.test(clean)) {
      clean = redactPairs(clean, this.#keys);
      if (clean.includes('</')) clean = redactElements(clean, this.#keys);
    }
    if ((suspicion & SUSPICION.scheme) !== 0) clean = redactSchemes(clean);
    if ((suspicion & SUSPICION.run) !== 0) {
      if (clean.includes('configure set ')) clean = redactConfigured(clean, this.#keys);
      clean = redactKnownTokens(clean);
    }
    return clean;
  }

  #byUsersRules(text: string, field: string): string {
    try {
      let clean = text;
      for (const pattern of this.#patterns)
        clean = clean.replace(pattern, (found: string) => (found === '' ? '' : CENSOR));
      if (this.#replace === undefined) return clean;
      const replaced: unknown = this.#replace(clean, { field });
      if (typeof replaced === 'string') return replaced;
      throw new TypeError(
        `Expected \`redact.replace\` to answer with a string, got ${typeof replaced}.`,
      );
    } catch (error) {
      this.#tell(error, field);
      return FAILED_CENSOR;
    }
  }

  #tell(error: unknown, field: string): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      this.#onError(error, `redacting ${field}`);
    } finally {
      this.#isTelling = false;
    }
  }
}

import { CENSOR } from './censor.js';
import { isOpaque, isPlaceholder, isSecretValue } from './opaque.js';
import { SECRECY, type SecretKeys } from './secret-keys.js';

/** Neither its attributes nor its value have a `<`: no character is looked at from two beginnings. */
const ELEMENT = /(<(?:\w{1,20}:)?([A-Za-z_][\w.-]{0,99})(?:\s[^<>]{0,200})?>)([^<]+)(?=<\/)/g;

/** `<password>…</password>`: XML in a text. A `<token>` may be that of a text, too. */
export function redactElements(text: string, keys: SecretKeys): string {
  return text.replace(ELEMENT, (whole, start: string, name: string, value: string) => {
    const secrecy = keys.secrecyOf(name);
    if (secrecy === SECRECY.none || isPlaceholder(value.trim())) return whole;
    const isSecret =
      secrecy === SECRECY.secret ? isOpaque(value.trim(), 6) : isSecretValue(value.trim(), secrecy);
    return isSecret ? start + CENSOR : whole;
  });
}

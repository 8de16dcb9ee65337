/** `text` with NUL and unpaired surrogates replaced by U+FFFD: PostgreSQL holds neither, and every store answers alike. */
export function storableText(text: string): string {
  if (text.isWellFormed() && !text.includes('\u0000')) return text;
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

const UNSEEN =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * `text` on one line, with its control characters written out as `\x1b`, and those that are not seen but change the order
 * or the look of others as `\u{202e}`: what a terminal or a log shows is then what it says.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const CUT_MARK = '…';

/**
 * The longest start of `text` that with a closing `…` has at most `maxBytes` bytes as UTF-8, or `text` itself if it is
 * short enough. Never cuts a character in two.
 */
export function cutText(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text.slice(0, maxBytes));
  let end = maxBytes - Buffer.byteLength(CUT_MARK);
  // A byte 10xxxxxx continues a character: step back to where that one begins.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end) + CUT_MARK;
}

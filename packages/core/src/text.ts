/** `text` with NUL and unpaired surrogates replaced by U+FFFD: PostgreSQL holds neither, and every store answers alike. */
export function storableText(text: string): string {
  if (text.isWellFormed() && !text.includes('\u0000')) return text;
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
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

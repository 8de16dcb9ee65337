/** What windows-1252 has where ISO 8859-1 has control characters: bytes 80 to 9F. */
const WINDOWS_1252_HIGH = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ';

/** The text of a file, and what had to be guessed to read it. */
export interface DecodedText {
  readonly text: string;
  /** The charset that was assumed without evidence; absent when the file said so or is valid UTF-8. */
  readonly guessed?: string;
}

/**
 * Decodes a text file: UTF-16 or UTF-8 by its byte order mark, otherwise UTF-8 where the bytes are
 * valid, otherwise windows-1252, in which most old subtitle files of western Europe are written.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { text: new TextDecoder('utf-16le').decode(bytes) };
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return { text: new TextDecoder('utf-16be').decode(bytes) };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { text: decodeWindows1252(bytes), guessed: 'windows-1252' };
  }
}

/** Node 20 decodes "windows-1252" as ISO 8859-1, so quotes, dashes and € are put right here. */
function decodeWindows1252(bytes: Uint8Array): string {
  return new TextDecoder('windows-1252')
    .decode(bytes)
    .replace(
      /[\x80-\x9F]/g,
      (control) => WINDOWS_1252_HIGH[control.charCodeAt(0) - 0x80] ?? control,
    );
}

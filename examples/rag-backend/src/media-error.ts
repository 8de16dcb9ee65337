/**
 * Something about a video's files that its owner has to mend. The message is written for that
 * person: it names the video or the file, what is wrong with it, and what to do.
 */
export class MediaError extends Error {
  override readonly name = 'MediaError';
}

/** How a file name or id appears in a message: quoted, and with control characters made visible. */
export function quoted(name: string): string {
  // JSON leaves DEL, the controls from 0x80 to 0x9f and the line separators as they are.
  return JSON.stringify(name).replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Something about a video's files that its owner has to mend. The message is written for that
 * person: it names the video or the file, what is wrong with it, and what to do.
 */
export class MediaError extends Error {
  override readonly name = 'MediaError';
}

/** How a file name or id appears in a message: quoted, and with control characters made visible. */
export function quoted(name: string): string {
  return JSON.stringify(name);
}

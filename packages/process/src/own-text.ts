/**
 * The same text in memory of its own. A part of a longer string keeps all of that in memory for as long as the part
 * lives: here the 64 KB in which it was read, for every line that a store goes on keeping.
 */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}

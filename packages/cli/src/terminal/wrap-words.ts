import { widthOf } from './cells.js';

/** `text` in lines of at most `columns` columns, broken between words. A word that is longer stays whole, so that it can be copied. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let width = 0;
  for (const word of text.split(' ')) {
    const own = widthOf(word);
    if (lines.length === 0 || width + 1 + own > columns) {
      lines.push(word);
      width = own;
    } else {
      lines.push(`${lines.pop() as string} ${word}`);
      width += 1 + own;
    }
  }
  return lines;
}

/**
 * Controls of the terminal, and characters that are not seen but change the order or the look of others. The joiner and the
 * selectors that emoji are made with stay.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Strings (titles, links), whether they are ended or not; sequences with parameters (colours, the cursor); and short ones. */
const SEQUENCES =
  // eslint-disable-next-line no-control-regex -- as above
  /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * `text` as one line that a terminal only shows and never obeys: escape sequences are left out, breaks are spaces, and any
 * other control character is written out, `\x07`.
 */
export function plainText(text: string): string {
  return escapeUnseen(text.replace(SEQUENCES, '').replace(BREAKS, ' '));
}

/** A line of output: as {@link plainText}, but tabs keep their columns. */
export function plainLine(text: string): string {
  let line = '';
  for (const [index, part] of text.replace(SEQUENCES, '').split('\t').entries())
    line += index === 0 ? part : ' '.repeat(TAB - (line.length % TAB)) + part;
  return escapeUnseen(line.replace(BREAKS, ' '));
}

/** JSON on one line, with what a terminal would obey written as JSON's own escapes. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSEEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escapeUnseen(text: string): string {
  return text.toWellFormed().replace(UNSEEN, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
  });
}

const TAB = 8;

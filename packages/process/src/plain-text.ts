/**
 * The escape sequences of ECMA-48: control sequences (colours, cursor), control strings (titles, links) up to their
 * terminator, and all shorter ones. Matches in linear time whatever the text.
 */
const ESCAPE_SEQUENCE =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]/g;

// eslint-disable-next-line no-control-regex -- as above; tab and newline may stay
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

// eslint-disable-next-line no-control-regex -- as above
const HAS_CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/**
 * `text` without terminal escape sequences and control characters, tab and newline aside: it is shown in pages, logs and
 * terminals, where a child must not be able to move the cursor or rewrite what stands there.
 */
export function plainText(text: string): string {
  if (!HAS_CONTROL_CHARACTER.test(text)) return text;
  return text.replace(ESCAPE_SEQUENCE, '').replace(CONTROL_CHARACTERS, '');
}

/** A program and its arguments as one line that a POSIX shell reads as exactly these. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(quoted).join(' ');
}

function quoted(word: string, index: number): string {
  // In the first place it would set a variable.
  const isAssignment = index === 0 && word.includes('=');
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) && !isAssignment) return word;
  // What cannot be typed or would not be seen is written as its code.
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(word)) return `$'${word.replace(ESCAPED, escape)}'`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const ESCAPED = /[\u0000-\u001f\u007f\\']/g;

function escape(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\\' || character === "'") return `\\${character}`;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

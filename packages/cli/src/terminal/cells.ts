import { eastAsianWidth } from 'get-east-asian-width';

const ASCII = /^[\x20-\x7e]*$/;
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
/** Where none of these is, each code point stands for itself; to find out where characters end costs a hundred times as much. */
const COMBINING =
  /[\p{M}\p{Cf}\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many columns of a terminal `text`, which is plain and without colours, takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { columns } of charactersOf(text)) width += columns;
  return width;
}

/** `text` in at most `columns` columns, ended with `…` where it is longer. Never cuts a character in two. */
export function cut(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of charactersOf(text)) {
    width += character.columns;
    if (width > columns - 1) break;
    kept += character.text;
  }
  return `${kept.trimEnd()}…`;
}

/** `text` in exactly `columns` columns. */
export function fit(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const shown = cut(text, columns);
  const space = ' '.repeat(Math.max(0, columns - widthOf(shown)));
  return align === 'left' ? shown + space : space + shown;
}

interface Character {
  readonly text: string;
  readonly columns: number;
}

/** What a person takes for one character, whatever it is made of. */
function* charactersOf(text: string): Iterable<Character> {
  if (COMBINING.test(text)) {
    for (const { segment } of GRAPHEMES.segment(text))
      yield { text: segment, columns: graphemeWidth(segment) };
    return;
  }
  for (const character of text)
    yield { text: character, columns: eastAsianWidth(character.codePointAt(0) as number) };
}

function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1 && grapheme < '\u00a9') return 1;
  if (EMOJI.test(grapheme)) return 2;
  if (ZERO_WIDTH.test(grapheme)) return 0;
  return eastAsianWidth(grapheme.codePointAt(0) as number);
}

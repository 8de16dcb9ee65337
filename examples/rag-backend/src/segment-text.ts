import type { Cue } from './cue.js';

const WITHOUT_SPACES =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}、-〿！-･]$/u;
const ENDS_SENTENCE = /[.!?…。！？:]["'”’»)\]」』]*$/u;
/** Where a sentence's end is looked for: the text before may be long. */
const END_LENGTH = 5;
/** Captions wrap a sentence onto two lines at most; more lines are a list, as in credits. */
const MAX_WRAPPED_LINES = 2;

/**
 * The text of cues as one would write it: sentences that run over lines and cues become whole again,
 * new sentences, new speakers and the entries of a list begin on a new line.
 */
export function joinCues(cues: readonly Cue[]): string {
  let text = '';
  let speaker: string | null = null;
  for (const cue of cues) {
    const lines = cue.text.split('\n');
    const isList = lines.length > MAX_WRAPPED_LINES;
    for (const [index, line] of lines.entries()) {
      const isOpen = !ENDS_SENTENCE.test(text.slice(-END_LENGTH));
      const wrapped = isOpen && index > 0 && !isList;
      const continued = isOpen && cue.speaker === speaker && /^\p{Ll}/u.test(line);
      text =
        text === '' ? line : text + (wrapped || continued ? wordBreak(text, line) : '\n') + line;
    }
    speaker = cue.speaker;
  }
  return text;
}

/** The pieces of a cue that is longer than a segment may be, cut between words where there are any. */
export function cutLongCue(cue: Cue, maxCharacters: number): Cue[] {
  const pieces: Cue[] = [];
  let rest = cue.text;
  while (rest.length > maxCharacters) {
    const space = rest.slice(0, maxCharacters).search(/\s\S*$/u);
    const at = space > 0 ? space : endOfWholeCharacters(rest, maxCharacters);
    pieces.push({ ...cue, text: rest.slice(0, at) });
    rest = rest.slice(at).trimStart();
  }
  return rest === '' ? pieces : [...pieces, { ...cue, text: rest }];
}

function wordBreak(before: string, after: string): string {
  const [last, first] = [[...before.slice(-2)].at(-1) ?? '', [...after.slice(0, 2)][0] ?? ''];
  return WITHOUT_SPACES.test(last) || WITHOUT_SPACES.test(first) ? '' : ' ';
}

/** Never between the two halves of a surrogate pair. */
function endOfWholeCharacters(text: string, at: number): number {
  return /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') ? at - 1 : at;
}

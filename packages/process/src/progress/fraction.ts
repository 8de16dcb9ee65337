import {
  isInRange,
  type LineParser,
  MAX_CHARACTERS,
  type OutputLine,
  type Reading,
} from './line-parser.js';
import { WORK } from './work-words.js';

/** `2024-01-15 12:00:00,123 - root - INFO - `, `[12:00:00] INFO: `: what a logger puts in front. Warnings are no progress. */
const LOG_PREFIX =
  /^\s*(?:\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[.,\d]*(?:Z|[+-]\d\d:?\d\d)?\]?[\s:|-]*)?(?:[\w.]+ - )?(?:(?:INFO:\w[\w.]*:|\[?(?:INFO|DEBUG)\]?)[\s:|-]*)?/;

const PART =
  'step|stage|epoch|batch|chunk|file|item|page|part|iteration|video|image|document|segment|frame|record|row';

/** How a line begins that can be of any of the forms below, maybe behind what a logger puts in front. */
const START = new RegExp(String.raw`^(?:[\s\d[(]|INFO|DEBUG|${PART}|${WORK})`, 'i');

const SOMEWHERE = /\d(?:\s?\/\s?|\sof\s)\d/;
const NUMBERS = String.raw`(?<current>\d+)(?:\s?\/\s?|\sof\s)(?<total>\d+)`;

/** `[3/10] Embedding page`, `(3/10)`. */
const BRACKETED =
  /^(?:\[(?=[^\])]*\])|\((?=[^\])]*\)))\s*(?<current>\d+)\/(?<total>\d+)[\])](?:\s+(?<text>\S.*))?$/;
/** `Step 3/10: …`, `Epoch 3 of 10`. */
const NAMED = new RegExp(String.raw`^(?:${PART}) #?${NUMBERS}(?=$|[\s:,;)\]…]|\.(?:\s|\.|$))`, 'i');
/** `Processing 3 of 10`, `Embedding page 3/10: …`, `Processed 3/10 pages`. */
const WORKING = new RegExp(
  String.raw`^(?:${WORK})(?: [a-z]+){0,2}(?::|\.\.\.|…)? [#(\[]?${NUMBERS}(?=$|[\s:,;)\]…]|\.(?:\s|\.|$))(?: (?<unit>[a-z]{2,}s)(?=$|[\s:,;.)\]]))?`,
  'i',
);
/** `3/10 pages`, with nothing else but a percentage. */
const COUNTED = /^(?<current>\d+)\/(?<total>\d+) (?<unit>[a-z]{2,}s)(?: \(?\d{1,3}%\)?)?$/;

/** A result, a score or an attempt counts something else. */
const NOT_WORK =
  /\b(?:pass(?:ed|es|ing)?|fail(?:ed|s|ing|ures?)?|skipped|errors?|warnings?|retry(?:ing)?|retries|attempts?|tr(?:y|ies)|timed out|points?|stars?|score|cores?|workers?|threads?|votes?|available|free|used|healthy|ready|online)\b/i;

/** A counter in the text of a line, in a few forms that nothing else has. All of them begin the line. */
export const fractionParser: LineParser = {
  mayRead(line) {
    if (line.length > MAX_CHARACTERS) return false;
    return START.test(line) && SOMEWHERE.test(line);
  },

  read({ text }: OutputLine): Reading | null {
    const start = LOG_PREFIX.exec(text)?.[0].length ?? 0;
    const line = text.slice(start);
    const bracketed = BRACKETED.exec(line);
    const found = bracketed ?? NAMED.exec(line) ?? WORKING.exec(line) ?? COUNTED.exec(line);
    const groups = found?.groups;
    if (groups === undefined || NOT_WORK.test(line)) return null;
    const current = count(groups['current'] ?? '');
    const total = count(groups['total'] ?? '');
    const counts = { current, total, unit: groups['unit'] ?? null };
    // One of one counts nothing.
    if (!(total >= 2) || Number.isNaN(current) || !isInRange(counts)) return null;
    const message = bracketed ? groups['text'] : COUNTED.test(line) ? undefined : line;
    return message === undefined
      ? { update: counts, kept: null }
      : { update: { ...counts, message }, kept: text };
  },
};

/** `NaN` for `01`, which may be a month or a day. */
function count(digits: string): number {
  return digits.startsWith('0') && digits.length === 2 ? NaN : Number(digits);
}

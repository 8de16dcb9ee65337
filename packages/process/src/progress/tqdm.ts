import type { ProgressUpdate } from '@task-monitor/core';
import { ownText } from '../own-text.js';
import {
  isInRange,
  type LineParser,
  MAX_CHARACTERS,
  type OutputLine,
  type Reading,
} from './line-parser.js';

const CLOCK = String.raw`(?:\d+:)?\d+:\d\d`;
const AMOUNT = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?[kMGTPEZY]?`;

/** `desc:  45%|####5     | 45/100 [00:10<00:12, …`, and without the bar where the terminal has no room for it. */
const COUNTED = new RegExp(
  String.raw`(?:^|\s)(?<percent>\d{1,3})%(?:\|[^|]*\|)? (?<n>${AMOUNT})\/(?<total>${AMOUNT}) (?=\[${CLOCK}(?:<(?:${CLOCK}|\?))?, )`,
);

/** `desc: 45it [00:10, …`: the total is not known. */
const UNCOUNTED = new RegExp(
  String.raw`(?:^|: )(?<n>\d+(?:\.\d+)?)(?<unit>[^\d[\]|][^[\]|]{0,40})? (?=\[${CLOCK}, (?:\?|\s*\d[\d.]*)[^,\]]*\/)`,
);

/** `desc:  45%|####5     |`, where the format was cut down to the bar. */
const BAR_ALONE = /(?:^|\s)(?<percent>\d{1,3})%\|[ #0-9\u2588-\u258f]*\|$/;

/** The times, which only a bar that was cut down to itself has not. */
const TIMES = /\[\d+:\d\d[:<,]/;

/** The rate, first after the times: ` 4.50segments/s`, `?it/s`, `1.20s/it`. */
const RATE = new RegExp(
  String.raw`^\[${CLOCK}(?:<(?:${CLOCK}|\?))?, \s*(?<number>\?|[\d.]+)(?:(?<unit>[^,\]]*)\/s|[kMGTPEZY]?s\/(?<inverse>[^,\]]*))(?=[,\]])`,
);

/** How `unit_scale` writes a number: three digits. */
const SCALED = /^(?:\d\.\d\d|\d\d\.\d|\d{3})$/;
const SCALED_UNDER_1000 = /^(?:\d\.\d\d|\d\d\.\d)$/;
const PREFIXES = 'kMGTPEZY';
const HAS_PREFIX = /[kMGTPEZY]$/;

// eslint-disable-next-line no-control-regex -- "cursor up", which says how far below the first bar a bar stands
const CURSOR_UP = /\u001b\[A/g;

interface Bar {
  readonly description: string;
  readonly counts: ProgressUpdate;
  /** What somebody else wrote behind the bar, before it was drawn again. */
  readonly rest: string;
}

/**
 * The bars of Python's tqdm. Of nested bars the outermost counts, and the others are told in its message: `outer › inner
 * 2/3`. A bar's description is the message when it changes, so that an ordinary line may take its place meanwhile.
 */
export class TqdmParser implements LineParser {
  readonly #bars = { stdout: new Map<number, Bar>(), stderr: new Map<number, Bar>() };
  #message = '';

  mayRead(line: string): boolean {
    if (line.length > MAX_CHARACTERS) return false;
    return line.includes('%|') || (line.includes('[') && TIMES.test(line));
  }

  read({ stream, text, raw }: OutputLine): Reading | null {
    const bar = tqdmBar(text);
    if (bar === null) return null;
    const bars = this.#bars[stream];
    const drawnAt = raw.match(CURSOR_UP)?.length ?? 0;
    const leaving = drawnAt === 0 ? leavingBar(bars, bar) : undefined;
    const position = leaving ?? drawnAt;
    const outer = [...bars.keys()].filter((other) => other < position).sort((a, b) => a - b);
    if (leaving !== undefined || (position === 0 && isOver(bars.get(0), bar)))
      bars.delete(position);
    else bars.set(position, bar);

    const [outermost] = outer.map((other) => bars.get(other) as Bar);
    const message = outermost === undefined ? bar.description : nested(outermost, bar);
    const isNews = message !== '' && message !== this.#message;
    if (isNews) this.#message = message;
    return {
      update: { ...(outermost ? {} : bar.counts), ...(isNews ? { message } : {}) },
      kept: bar.rest === '' ? null : bar.rest,
      ...(drawnAt === 0 && leaving === undefined ? { redrawn: true } : {}),
    };
  }
}

/** The position of the lower bar that is drawn in the first line for the last time, as those that stay on the screen are. */
function leavingBar(bars: ReadonlyMap<number, Bar>, bar: Bar): number | undefined {
  const first = bars.get(0);
  const lower = [...bars].filter(([position]) => position > 0).sort(([a], [b]) => b - a);
  const mayBeFirst = first !== undefined && isSame(first, bar);
  return lower.find(([, other]) => {
    const before = other.counts.current ?? 0;
    const now = bar.counts.current ?? 0;
    return isSame(other, bar) && (mayBeFirst ? now === before : now >= before);
  })?.[0];
}

/** Whether `bar` was drawn for the last time: in its end state, and as it was before. What comes below is no part of it. */
function isOver(before: Bar | undefined, bar: Bar): boolean {
  const { current, total } = bar.counts;
  const isAtEnd = current === (total ?? 0);
  return (
    isAtEnd && before !== undefined && isSame(before, bar) && before.counts.current === current
  );
}

function isSame(one: Bar, other: Bar): boolean {
  return (
    one.description === other.description &&
    one.counts.total === other.counts.total &&
    one.counts.unit === other.counts.unit
  );
}

function nested(outermost: Bar, { description, counts }: Bar): string {
  const { current, total, percent } = counts;
  const amount =
    typeof total === 'number' ? `${current}/${total}` : `${current ?? `${percent ?? 0}%`}`;
  const inner = description === '' ? amount : `${description} ${amount}`;
  return outermost.description === '' ? inner : `${outermost.description} › ${inner}`;
}

/** The bar that `text` begins with, or `null`. */
function tqdmBar(text: string): Bar | null {
  const counted = COUNTED.exec(text);
  const found = counted ?? UNCOUNTED.exec(text);
  if (found === null) return barAlone(text);
  const start = found.index + found[0].length;
  const rate = RATE.exec(text.slice(start))?.groups;
  const end = closingBracket(text, start);
  if (end === -1 || (rate === undefined && counted === null)) return null;
  const counts = counted ? withTotal(counted, rate) : withoutTotal(found, rate);
  if (!isInRange(counts)) return null;
  return {
    description: descriptionOf(text.slice(0, found.index)),
    counts,
    rest: text.slice(end + 1).trim(),
  };
}

function barAlone(text: string): Bar | null {
  const found = BAR_ALONE.exec(text);
  if (found === null) return null;
  const percent = Number(found.groups?.['percent']);
  const counts = { percent, current: null, total: null, unit: null };
  if (!isInRange(counts)) return null;
  const description = descriptionOf(text.slice(0, found.index));
  return { description, counts, rest: '' };
}

type Groups = Readonly<Record<string, string | undefined>>;

function withTotal({ groups = {} }: RegExpExecArray, rate: Groups | undefined): ProgressUpdate {
  const { n = '', total = '', percent = '' } = groups;
  const scaled =
    HAS_PREFIX.test(n) ||
    HAS_PREFIX.test(total) ||
    (SCALED_UNDER_1000.test(n) && SCALED_UNDER_1000.test(total));
  const { unit, base } = unitOf(rate, scaled);
  const counts = { current: amountOf(n, base), total: amountOf(total, base), unit };
  if (!scaled) return counts;
  // Scaled counts have three digits, by a base that the bar does not tell: its own percentage bounds theirs.
  const share = (100 * counts.current) / counts.total;
  const shown = Number(percent);
  const bounded = Math.min(Math.max(share || 0, shown - 0.5), shown + 0.5, 100);
  return { ...counts, percent: Math.round(bounded * 100) / 100 };
}

function withoutTotal({ groups = {} }: RegExpExecArray, rate: Groups | undefined): ProgressUpdate {
  const { n = '', unit: written = '' } = groups;
  const scaled =
    SCALED_UNDER_1000.test(n) ||
    (SCALED.test(n) && PREFIXES.includes(written.slice(0, 1)) && written.length > 1);
  const { unit, base } = unitOf(rate, scaled);
  const prefix = scaled && written.length > (unit ?? '').length ? written.slice(0, 1) : '';
  const amount = PREFIXES.includes(prefix) ? n + prefix : n;
  return { current: amountOf(amount, base), total: null, percent: null, unit };
}

/** What is counted, by the rate: `57.4GB/s` is in `B` where the numbers are scaled. Binary bytes (`iB`) have base 1024. */
function unitOf(rate: Groups | undefined, scaled: boolean): { unit: string | null; base: number } {
  const written = rate?.['unit'] ?? rate?.['inverse'] ?? '';
  const isPrefixed =
    scaled &&
    written.length > 1 &&
    PREFIXES.includes(written.slice(0, 1)) &&
    rate?.['inverse'] === undefined &&
    SCALED.test(rate?.['number'] ?? '');
  const unit = (isPrefixed ? written.slice(1) : written).trim();
  if (unit === 'iB') return { unit: 'B', base: 1024 };
  return { unit: unit === '' ? null : unit, base: 1000 };
}

function amountOf(text: string, base: number): number {
  const power = PREFIXES.indexOf(text.slice(-1)) + 1;
  if (power === 0) return Number(text);
  return Math.round(Number(text.slice(0, -1)) * base ** power);
}

function descriptionOf(text: string): string {
  return ownText(text.trim().replace(/\s*:$/, ''));
}

/** Where the bracket that opens at `start` is closed. What follows the rate may have brackets of its own. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    if (text[index] === '[') depth++;
    else if (text[index] === ']' && --depth === 0) return index;
  }
  return -1;
}

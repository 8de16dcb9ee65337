import { cut, fit, widthOf } from '../terminal/cells.js';
import type { Style } from '../terminal/style.js';
import { countsInWords, rateInWords } from '../words/amount.js';
import { agoInWords, clockOf, durationInWords } from '../words/duration.js';
import { etaInWords, later } from '../words/eta.js';
import { bar, percentText } from './bar.js';
import type { ShownTask } from './shown-task.js';
import { mark, stateOf } from './status-mark.js';

export interface RowSetting {
  /** Of the whole row. */
  readonly columns: number;
  readonly style: Style;
  /** The instant here. */
  readonly now: number;
  /** How much in a second, where it is known. */
  readonly perSecond: number | null;
}

const PERCENT_COLUMNS = 4;
const LAST_COLUMNS = 12;
const TIME_COLUMNS = 16;
/** From so many columns on a row alone has room for details, too. */
const DETAILS_FROM = 120;
const LABEL_COLUMNS = 28;
const BAR_BESIDE_DETAILS = 20;
const ID_COLUMNS = 24;
/** From so many columns on there is room for the id. */
const ID_FROM = 60;
/** From so many columns on there is room for how long it has run. */
const TIME_FROM = 100;

/** Wide enough to be read, and never more than a third of the row. */
function barColumns(columns: number): number {
  if (columns < 60) return 6;
  return Math.min(40, Math.floor(columns / 4));
}

/**
 * One row: what it is, how far, and until when. Every part has its place, whatever the task says. `isAlone`: there is no
 * row of details below it, so that it has them in it where there is room.
 */
export function taskRow(task: ShownTask, setting: RowSetting, isAlone = false): string {
  const { columns, style, now } = setting;
  const time = columns < TIME_FROM ? '' : fit(ranFor(task, now), TIME_COLUMNS, 'right');
  const hasDetails = isAlone && columns >= DETAILS_FROM;
  const bars = hasDetails ? Math.min(BAR_BESIDE_DETAILS, barColumns(columns)) : barColumns(columns);
  const others = 2 + time.length + 2 + bars + 1 + PERCENT_COLUMNS + 1 + LAST_COLUMNS;
  const room = Math.max(4, columns - others);
  const label = hasDetails
    ? `${fit(task.label, LABEL_COLUMNS)}  ${style('dim', fit(details(task, setting).join('  '), room - LABEL_COLUMNS - 2))}`
    : fit(task.label, room);
  const last = fit(lastPart(task, now), LAST_COLUMNS, 'right');
  const percent = task.status === 'completed' ? 100 : task.percent;
  return `${mark(stateOf(task), style)} ${label}${style('dim', time)}  ${bar(percent, bars, style)} ${percentText(percent)} ${last}`;
}

/** The row below: counts, pace and what it says, as far as there is room; with `hasId` the beginning of its id, too. */
export function detailRow(task: ShownTask, setting: RowSetting, hasId: boolean): string {
  const { columns, style } = setting;
  const text = details(task, setting).join('  ');
  if (!hasId || columns < ID_FROM) return style('dim', `  ${cut(text, columns - 2)}`);
  const id = shortId(task.id);
  return style('dim', `  ${fit(text, columns - 2 - id.length - 2)}  ${id}`);
}

/** As much of it as tells it from the others; the commands take it for the whole. */
export function shortId(id: string): string {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id) ? id.slice(0, 8) : cut(id, ID_COLUMNS);
}

function details(task: ShownTask, setting: RowSetting): string[] {
  const { perSecond, now } = setting;
  const { current, total, unit, message, cancel, health, percent } = task;
  const parts: string[] = [];
  if (cancel !== null && task.status === 'running')
    parts.push(`asked to stop ${agoInWords(now - cancel.requestedAt)}, not confirmed yet`);
  if (health !== null && health.state !== 'ok') parts.push(health.evidence);
  if (current !== null) parts.push(countsInWords(current, total, unit));
  // The pace of what does not move is none.
  if (perSecond !== null && perSecond > 0 && (health?.state ?? 'ok') === 'ok')
    parts.push(rateInWords(perSecond, current === null && percent !== null ? '%' : unit).padEnd(7));
  if (message !== null) parts.push(message);
  if (setting.columns < TIME_FROM) parts.push(ranFor(task, now));
  return parts.filter((part) => part !== '');
}

function ranFor({ ranMs, seenAt, completedAt }: ShownTask, now: number): string {
  if (ranMs === null || completedAt !== null) return '';
  return `for ${clockOf(ranMs + Math.max(0, now - seenAt))}`;
}

function lastPart(task: ShownTask, now: number): string {
  const { status, cancel, health, remaining, ranMs, seenAt } = task;
  if (status === 'running') {
    if (cancel !== null) return 'stopping';
    // Of what does not move nobody can say until when.
    if (health !== null && health.state !== 'ok') return health.state;
    return remaining === null ? '–' : etaInWords(later(remaining, Math.max(0, now - seenAt)));
  }
  if (status === 'pending') return 'waiting';
  return ranMs === null ? status : `${durationInWords(ranMs)}`;
}

/** `parts` beside each other, and below each other where there is no room. */
export function wrapParts(
  parts: readonly { readonly plain: string; readonly shown: string }[],
  columns: number,
  gap: number,
): string[] {
  const lines: string[] = [];
  let width = Infinity;
  for (const { plain, shown } of parts) {
    const own = widthOf(plain);
    if (width + gap + own > columns) {
      lines.push(shown);
      width = own;
    } else {
      lines.push(`${lines.pop() ?? ''}${' '.repeat(gap)}${shown}`);
      width += gap + own;
    }
  }
  return lines;
}

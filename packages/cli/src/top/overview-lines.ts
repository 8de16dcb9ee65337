import { cut, fit, widthOf } from '../terminal/cells.js';
import { plainStyle, type Style } from '../terminal/style.js';
import { type Marked, mark, stateOf } from '../task/status-mark.js';
import type { ShownTask } from '../task/shown-task.js';
import { detailRow, taskRow, wrapParts } from '../task/task-rows.js';
import { agoInWords } from '../words/duration.js';
import type { Freshness } from './freshness.js';
import type { Counts, Row } from './overview.js';

export interface OverviewPicture {
  /** Where it looks, without what the eye need not read. */
  readonly place: string;
  readonly search: string | null;
  readonly freshness: Freshness;
  readonly counts: Counts | null;
  readonly rows: readonly Row[];
  /** How many run beside those. */
  readonly unseen: number;
  readonly failures: readonly ShownTask[];
  /** A line at the bottom, as how to leave. */
  readonly hint: string | null;
}

export interface PictureSetting {
  readonly columns: number;
  /** `Infinity`: as many as there are. */
  readonly rows: number;
  readonly style: Style;
  readonly now: number;
}

/** The whole picture, never higher than the screen. */
export function overviewLines(picture: OverviewPicture, setting: PictureSetting): string[] {
  const isStale = picture.freshness.state === 'stale';
  const style = isStale ? plainStyle : setting.style;
  // What may be wrong by now is shown as what it is: memory.
  const shown = (line: string) => (isStale ? setting.style('dim', line) : line);
  const counts = countLines(picture.counts, setting, style).map(shown);
  const head = [...heading(picture, setting), ...counts];
  const foot = picture.hint === null ? [] : ['', setting.style('dim', picture.hint)];
  const room = setting.rows - head.length - foot.length;
  const body = bodyLines(picture, { ...setting, style, rows: room }).map(shown);
  const filled = Number.isFinite(room)
    ? [...body, ...Array<string>(Math.max(0, room - body.length)).fill('')]
    : body;
  return [...head, ...filled, ...foot].slice(0, Math.min(setting.rows, MAX_LINES));
}

const MAX_LINES = 10_000;

function heading(
  { place, search, freshness }: OverviewPicture,
  { columns, style }: PictureSetting,
): string[] {
  const { state, words, reason } = freshness;
  const sign = { live: '●', asked: '◐', stale: '○' }[state];
  const look = { live: 'green', asked: 'accent', stale: 'yellow' }[state] as 'green';
  const right = `${sign} ${words}`;
  const title = 'Task Monitor';
  const isWide = title.length + 2 + widthOf(place) + 2 + widthOf(right) <= columns;
  const lines = isWide
    ? [
        `${style('bold', title)}  ${style('dim', place)}` +
          `${' '.repeat(columns - title.length - 2 - widthOf(place) - widthOf(right))}${style(look, right)}`,
      ]
    : [style('bold', cut(place, columns)), style(look, cut(right, columns))];
  if (search !== null) lines.push(style('dim', cut(`search: ${search}`, columns)));
  // There is a blank line otherwise, so that nothing moves.
  return [...lines, reason === null ? '' : style('dim', cut(reason, columns))];
}

const GAP = 3;
const COUNTED = ['running', 'pending', 'completed', 'failed', 'cancelled'] as const;

function countLines(counts: Counts | null, { columns }: PictureSetting, style: Style): string[] {
  if (counts === null) return [style('dim', 'Nothing is known yet.')];
  const parts = COUNTED.map((status) => {
    const count = counts[`${status}_tasks`].toLocaleString('en-US');
    const word = mark(status satisfies Marked, style);
    return {
      plain: `x ${count} ${status}`,
      shown: `${word} ${style(counts[`${status}_tasks`] === 0 ? 'dim' : 'bold', count)} ${style('dim', status)}`,
    };
  });
  const { completed_tasks: completed, failed_tasks: failed } = counts;
  const lines = wrapParts(parts, columns, GAP);
  if (completed + failed === 0) return lines;
  const text = `${Math.floor((completed / (completed + failed)) * 1_000) / 10}% succeeded`;
  const all = wrapParts([...parts, { plain: text, shown: style('dim', text) }], columns, GAP);
  // It is not worth a line of its own.
  return all.length > lines.length ? lines : all;
}

function bodyLines(picture: OverviewPicture, setting: PictureSetting): string[] {
  const { style, columns } = setting;
  const stalled = picture.rows.filter(({ task }) => stateOf(task) === 'stalled');
  const running = picture.rows.filter(({ task }) => stateOf(task) !== 'stalled');
  const failures = failureLines(picture.failures, setting);
  const stalledLines = stalled.flatMap((row) => rowLines(row, setting, true));
  // Each of the three has its share, and what one leaves is for the others: first for what runs, then for what is stalled.
  const share = Math.floor(setting.rows / 3);
  const needed = { failed: withHeading(failures), stalled: withHeading(stalledLines) };
  const least = {
    failed: Math.min(needed.failed, Math.max(share, HEADING + failureHeight(columns))),
    stalled: Math.min(needed.stalled, Math.max(share, HEADING + 2)),
  };
  const most = setting.rows - least.failed - least.stalled - HEADING;
  const isRoomy = running.length * 2 <= most;
  const wanted = running.length * (isRoomy ? 2 : 1) + (picture.unseen > 0 ? 1 : 0);
  const runningRoom = Math.min(most, Math.max(1, wanted));
  const left = setting.rows - runningRoom - HEADING;
  const stalledRoom = Math.min(needed.stalled, left - least.failed);
  const failedRoom = Math.min(needed.failed, left - stalledRoom);
  const runningLines = running.flatMap((row) => rowLines(row, setting, isRoomy));
  return [
    ...section('Running', runningLines, runningRoom, isRoomy ? 2 : 1, setting, picture.unseen),
    ...(running.length === 0 ? [style('dim', cut(nothingRuns(picture), columns))] : []),
    ...section('Stalled', stalledLines, stalledRoom - HEADING, 2, setting),
    ...section('Latest failures', failures, failedRoom - HEADING, failureHeight(columns), setting),
  ];
}

/** Rows that a section takes beside its own: a blank one and its name. */
const HEADING = 2;

function withHeading(lines: readonly string[]): number {
  return lines.length === 0 ? 0 : lines.length + HEADING;
}

function nothingRuns({ counts, search }: OverviewPicture): string {
  if (search !== null) return 'Nothing that runs matches the search.';
  const pending = counts?.pending_tasks ?? 0;
  return pending === 0 ? 'Nothing is running.' : `Nothing is running; ${pending} waiting.`;
}

function section(
  title: string,
  lines: readonly string[],
  room: number,
  height: number,
  { style }: PictureSetting,
  unseen = 0,
): string[] {
  if (lines.length === 0) return title === 'Running' ? ['', style('bold', title)] : [];
  const head = ['', style('bold', title)];
  if (lines.length <= room && unseen === 0) return [...head, ...lines];
  const kept = Math.min(lines.length, Math.max(0, Math.floor((room - 1) / height) * height));
  const more = ((lines.length - kept) / height + unseen).toLocaleString('en-US');
  return [...head, ...lines.slice(0, kept), style('dim', `  … ${more} more`)];
}

function rowLines({ task, perSecond }: Row, setting: PictureSetting, isRoomy: boolean): string[] {
  const row = { ...setting, perSecond };
  return isRoomy ? [taskRow(task, row), detailRow(task, row, true)] : [taskRow(task, row, true)];
}

const TIME_COLUMNS = 10;

function failureHeight(columns: number): number {
  return columns < 80 ? 2 : 1;
}

function failureLines(
  failures: readonly ShownTask[],
  { columns, style, now }: PictureSetting,
): string[] {
  return failures.flatMap((task) => {
    const ago = agoInWords(now - (task.completedAt ?? now));
    const reason = task.failure ?? 'It says nothing of why.';
    const sign = mark('failed', style);
    if (failureHeight(columns) === 2) {
      const label = fit(task.label, columns - 2 - 1 - TIME_COLUMNS);
      return [
        `${sign} ${label} ${style('dim', fit(ago, TIME_COLUMNS, 'right'))}`,
        style('dim', `  ${cut(reason, columns - 2)}`),
      ];
    }
    const labelColumns = Math.min(40, Math.floor(columns / 3));
    const reasonColumns = columns - 2 - labelColumns - 2 - TIME_COLUMNS - 2;
    return [
      `${sign} ${fit(task.label, labelColumns)}  ${fit(reason, reasonColumns)}  ${style('dim', fit(ago, TIME_COLUMNS, 'right'))}`,
    ];
  });
}

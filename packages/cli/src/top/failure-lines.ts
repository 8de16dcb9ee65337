import type { ShownTask } from '../task/shown-task.js';
import { mark } from '../task/status-mark.js';
import { cut, fit } from '../terminal/cells.js';
import { agoInWords } from '../words/duration.js';
import type { PictureSetting } from './picture.js';

const TIME_COLUMNS = 10;
/** With fewer columns what failed and why do not fit into one line. */
const ONE_LINE_FROM = 80;

/** How many lines each failure has. */
export function failureHeight(columns: number): number {
  return columns < ONE_LINE_FROM ? 2 : 1;
}

/** What failed, why and when. */
export function failureLines(task: ShownTask, setting: PictureSetting): string[] {
  const { columns, style } = setting;
  if (failureHeight(columns) === 1) return [failureLine(task, setting)];
  const label = fit(task.label, columns - 2 - 1 - TIME_COLUMNS);
  return [
    `${mark('failed', style)} ${label} ${timeOf(task, setting)}`,
    style('dim', `  ${cut(reasonOf(task), columns - 2)}`),
  ];
}

/** The same in one line, without the time where there is no room for it. */
export function failureLine(task: ShownTask, setting: PictureSetting): string {
  const { columns, style } = setting;
  const labelColumns = Math.min(40, Math.floor(columns / 3));
  const start = `${mark('failed', style)} ${fit(task.label, labelColumns)}  `;
  const rest = columns - 2 - labelColumns - 2;
  if (columns < ONE_LINE_FROM) return `${start}${style('dim', cut(reasonOf(task), rest))}`;
  return `${start}${fit(reasonOf(task), rest - 2 - TIME_COLUMNS)}  ${timeOf(task, setting)}`;
}

function reasonOf({ failure }: ShownTask): string {
  return failure ?? 'It says nothing of why.';
}

function timeOf({ completedAt }: ShownTask, { style, now }: PictureSetting): string {
  return style('dim', fit(agoInWords(now - (completedAt ?? now)), TIME_COLUMNS, 'right'));
}

import { cut, fit, widthOf } from '../terminal/cells.js';
import type { Style } from '../terminal/style.js';
import { agoInWords, durationInWords } from '../words/duration.js';
import { percentText } from './bar.js';
import type { ShownTask } from './shown-task.js';
import { mark, stateOf } from './status-mark.js';
import { shortId } from './task-rows.js';

export interface ListSetting {
  /** `Infinity`: nothing is cut. */
  readonly columns: number;
  readonly style: Style;
  readonly now: number;
}

/** From so many columns on a task is one row. */
const TABLE_FROM = 100;
const STATE_COLUMNS = 10;
const AGO_COLUMNS = 10;
const SEPARATOR = ' · ';
/** Shorter, it would say nothing. */
const LEAST_OUTCOME = 6;

export function listLines(tasks: readonly ShownTask[], setting: ListSetting): string[] {
  const idColumns = Math.max(0, ...tasks.map(({ id }) => id.length));
  return tasks.flatMap((task) =>
    setting.columns >= TABLE_FROM
      ? [tableRow(task, idColumns, setting)]
      : [firstRow(task, setting), secondRow(task, setting)],
  );
}

function tableRow(
  task: ShownTask,
  idColumns: number,
  { columns, style, now }: ListSetting,
): string {
  const left = `${task.id.padEnd(idColumns)}  ${fit(agoInWords(now - task.createdAt), AGO_COLUMNS, 'right')}  `;
  const rest = columns - 2 - STATE_COLUMNS - 1 - 5 - widthOf(left);
  const text = [task.label, outcomeOf(task)].filter((part) => part !== '').join('  ');
  return (
    `${mark(stateOf(task), style)} ${fit(stateOf(task), STATE_COLUMNS)} ${percentOf(task)}  ` +
    `${style('dim', left)}${Number.isFinite(rest) ? cut(text, rest) : text}`
  );
}

function firstRow(task: ShownTask, { columns, style, now }: ListSetting): string {
  const ago = fit(agoInWords(now - task.createdAt), AGO_COLUMNS, 'right');
  const label = fit(task.label, columns - 2 - 4 - 1 - AGO_COLUMNS - 1);
  return `${mark(stateOf(task), style)} ${label} ${percentOf(task)} ${style('dim', ago)}`;
}

function secondRow(task: ShownTask, { columns, style }: ListSetting): string {
  // Cut off behind its id, a row would look as if the id went on.
  const isRoomy = task.id.length + SEPARATOR.length + STATE_COLUMNS <= columns - 2;
  const id = isRoomy ? task.id : shortId(task.id);
  const start = cut(`${id}${SEPARATOR}${stateOf(task)}`, columns - 2);
  const outcome = outcomeOf(task);
  const left = columns - 2 - widthOf(start) - SEPARATOR.length;
  const text = outcome === '' || left < LEAST_OUTCOME ? start : `${start}${SEPARATOR}${outcome}`;
  return style('dim', `  ${cut(text, columns - 2)}`);
}

function percentOf({ status, percent }: ShownTask): string {
  if (status === 'completed') return '100%';
  return percent === null ? '    ' : percentText(percent);
}

/** What came of it, or what it says. */
function outcomeOf({ status, failure, message, ranMs }: ShownTask): string {
  if (status === 'failed') return failure ?? '';
  if (status === 'completed') return ranMs === null ? '' : `took ${durationInWords(ranMs)}`;
  return message ?? '';
}

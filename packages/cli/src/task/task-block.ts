import { cut, widthOf } from '../terminal/cells.js';
import type { Style } from '../terminal/style.js';
import { wrapWords } from '../terminal/wrap-words.js';
import { countsInWords } from '../words/amount.js';
import { durationInWords } from '../words/duration.js';
import { percentText } from './bar.js';
import type { ShownTask } from './shown-task.js';
import { markedWord, stateOf } from './status-mark.js';
import { detailRow, type RowSetting, taskRow } from './task-rows.js';

const LEAST_LABEL = 10;

/** What is amiss with the connection. */
export interface Trouble {
  readonly words: string;
  readonly reason: string | null;
  /** Since when nothing is known. */
  readonly knownAt: number | null;
}

/** The block of one task that is followed: its row, what it says, and what is amiss with the connection. */
export function taskBlock(task: ShownTask, setting: RowSetting, trouble: Trouble | null): string[] {
  const lines = [taskRow(task, setting), detailRow(task, setting, false)];
  if (trouble === null) return lines;
  const text = [trouble.words, trouble.reason].filter((part) => part !== null).join(' · ');
  return [...lines, setting.style('yellow', cut(`○ ${text}`, setting.columns))];
}

/** The last line of all: how it ended, how long it took, how far it had come, and why; that below it, where there is no room. */
export function outcomeLines(task: ShownTask, style: Style, columns: number): string[] {
  const took = task.ranMs === null ? '' : ` after ${durationInWords(task.ranMs)}`;
  const reached =
    task.percent === null || task.status === 'completed'
      ? ''
      : ` at ${percentText(task.percent).trim()}`;
  const state = stateOf(task);
  const start = widthOf(`x ${state}${took}${reached}  `);
  const label = cut(task.label, Math.max(LEAST_LABEL, columns - start));
  const line = `${markedWord(state, style)}${took}${reached}  ${style('bold', label)}`;
  const why = outcomeText(task);
  if (why === null) return [line];
  const isRoomy = start + widthOf(label) + 2 + widthOf(why) <= columns;
  return isRoomy
    ? [`${line}  ${why}`]
    : [line, ...wrapWords(why, columns - 2).map((part) => `  ${part}`)];
}

function outcomeText({ status, failure, cancel, current, total, unit }: ShownTask): string | null {
  if (status === 'failed') return failure;
  if (status === 'cancelled') {
    if (cancel?.isForced === true) return 'forced: it did not stop in time and may go on';
    return cancel?.isAcknowledged === true ? null : 'nobody confirmed that its work has stopped';
  }
  return current === null ? null : countsInWords(current, total, unit).trim();
}

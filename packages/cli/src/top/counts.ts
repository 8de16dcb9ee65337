import { wrapParts } from '../task/task-rows.js';
import { mark } from '../task/status-mark.js';
import type { Counts } from './overview.js';
import type { PictureSetting } from './picture.js';

const COUNTED = ['running', 'pending', 'completed', 'failed', 'cancelled'] as const;
const GAP = 3;

/** How many there are of each status, in as many lines as that takes, and how many of those that ended did well. */
export function countLines(counts: Counts, { columns, style }: PictureSetting): string[] {
  const parts = COUNTED.map((status) => {
    const [count, look] = shownCount(counts, status);
    return {
      plain: `x ${count} ${status}`,
      shown: `${mark(status, style)} ${style(look, count)} ${style('dim', status)}`,
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

/** The same in one line: with words where there is room for them, else by their signs. */
export function countLine(counts: Counts, setting: PictureSetting): string {
  const [line, ...others] = countLines(counts, setting);
  if (others.length === 0) return line as string;
  const parts = COUNTED.map((status) => {
    const [count, look] = shownCount(counts, status);
    return {
      plain: `x ${count}`,
      shown: `${mark(status, setting.style)} ${setting.style(look, count)}`,
    };
  });
  return wrapParts(parts, setting.columns, GAP)[0] as string;
}

function shownCount(
  counts: Counts,
  status: (typeof COUNTED)[number],
): readonly [string, 'dim' | 'bold'] {
  const count = counts[`${status}_tasks`];
  return [count.toLocaleString('en-US'), count === 0 ? 'dim' : 'bold'];
}

import { stateOf } from '../task/status-mark.js';
import { detailRow, taskRow } from '../task/task-rows.js';
import { cut, widthOf } from '../terminal/cells.js';
import type { Style } from '../terminal/style.js';
import { countLines } from './counts.js';
import { failureHeight, failureLines } from './failure-lines.js';
import { freshnessSign } from './freshness-sign.js';
import { nothingMoves } from './nothing-moves.js';
import type { Row } from './overview.js';
import type { Layout, OverviewPicture, PictureSetting } from './picture.js';
import { sharesOf } from './shares.js';

const TITLE = 'Task Monitor';

/** With a heading for each part, and room around them. */
export const openLayout: Layout = {
  head({ place, search, freshness }, { columns, style }) {
    const { plain, look } = freshnessSign(freshness);
    const gap = columns - TITLE.length - 2 - widthOf(place) - widthOf(plain);
    const lines =
      gap >= 2
        ? [`${style('bold', TITLE)}  ${style('dim', place)}${' '.repeat(gap)}${style(look, plain)}`]
        : [style('bold', cut(place, columns)), style(look, cut(plain, columns))];
    if (search !== null) lines.push(style('dim', cut(`search: ${search}`, columns)));
    const { reason } = freshness;
    // There is a blank line otherwise, so that nothing moves.
    return [...lines, reason === null ? '' : style('dim', cut(reason, columns))];
  },

  counts: countLines,

  body(picture, setting) {
    const { rows, columns, style } = setting;
    const stalled = picture.rows.filter(({ task }) => stateOf(task) === 'stalled');
    const running = picture.rows.filter(({ task }) => stateOf(task) !== 'stalled');
    const { failures, unseen } = picture;
    const wanted = {
      stalled: { count: stalled.length, height: 2 },
      failed: { count: failures.length, height: failureHeight(columns) },
    };
    const shareWith = (height: number) =>
      sharesOf(rows, { running: { count: running.length, height }, ...wanted });
    const roomy = shareWith(2);
    const isRoomy = roomy.running === running.length;
    const shown = isRoomy ? roomy : shareWith(1);
    const lines = [
      ...heading('Running', countOf(shown.running, running.length + unseen), style),
      ...running.slice(0, shown.running).flatMap((row) => rowLines(row, setting, isRoomy)),
    ];
    if (running.length === 0)
      lines.push(style('dim', cut(nothingMoves(picture, stalled.length), columns)));
    if (shown.stalled > 0)
      lines.push(
        // Of those that were not told of nobody knows whether they are stalled.
        ...heading('Stalled', countOf(shown.stalled, stalled.length, unseen > 0 ? '+' : ''), style),
        ...stalled.slice(0, shown.stalled).flatMap((row) => rowLines(row, setting, true)),
      );
    if (shown.failed > 0)
      lines.push(
        ...heading('Latest failures', '', style),
        ...failures.slice(0, shown.failed).flatMap((task) => failureLines(task, setting)),
      );
    return lines;
  },

  foot({ hint }: OverviewPicture, { style }: PictureSetting) {
    return hint === null ? [] : ['', style('dim', hint)];
  },
};

function heading(title: string, count: string, style: Style): string[] {
  return ['', style('bold', title) + (count === '' ? '' : `  ${style('dim', count)}`)];
}

/** `9 of 12`, where there is no room for all. */
function countOf(shown: number, all: number, orMore = ''): string {
  if (shown === all) return '';
  return `${shown.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}${orMore}`;
}

function rowLines({ task, perSecond }: Row, setting: PictureSetting, isRoomy: boolean): string[] {
  const row = { ...setting, perSecond };
  return isRoomy ? [taskRow(task, row), detailRow(task, row, true)] : [taskRow(task, row, true)];
}

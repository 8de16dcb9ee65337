import { stateOf } from '../task/status-mark.js';
import { detailRow, taskRow } from '../task/task-rows.js';
import { cut, fit, widthOf } from '../terminal/cells.js';
import { countLine } from './counts.js';
import { failureLine } from './failure-lines.js';
import { freshnessSign } from './freshness-sign.js';
import { nothingMoves } from './nothing-moves.js';
import type { Layout, OverviewPicture, PictureSetting } from './picture.js';

/** From so many lines on one is left blank above the tasks. */
const AIR_FROM = 9;
/** From so many lines on one shows a second of what is stalled, and of what failed, whatever runs. */
const SECOND_FROM = 12;

/** For small screens: no headings, one line for all counts, and all other lines for tasks. */
export const denseLayout: Layout = {
  head({ place, search, freshness }, { columns, style }) {
    const { plain, look } = freshnessSign(freshness);
    const left = columns - 2 - widthOf(plain);
    // What was searched for says more than where.
    const title = search === null ? place : `search: ${search}`;
    if (left < LEAST_TITLE) return [style(look, cut(plain, columns))];
    return [`${style('bold', fit(title, left))}  ${style(look, plain)}`];
  },

  counts: (counts, setting) => [countLine(counts, setting)],

  body(picture, setting) {
    const air = setting.rows >= AIR_FROM ? [''] : [];
    return [...air, ...rowsOf(picture, { ...setting, rows: setting.rows - air.length })];
  },

  foot({ hint, freshness: { reason } }, { columns, style }) {
    const text = reason ?? hint;
    return text === null ? [] : [style('dim', cut(text, columns))];
  },
};

/** Shorter, it would say nothing. */
const LEAST_TITLE = 8;

function rowsOf(picture: OverviewPicture, setting: PictureSetting): string[] {
  const { rows, columns, style } = setting;
  const { failures, unseen } = picture;
  const stalled = picture.rows.filter(({ task }) => stateOf(task) === 'stalled');
  const running = picture.rows.filter(({ task }) => stateOf(task) !== 'stalled');
  const least = rows >= SECOND_FROM ? 2 : 1;
  const failed = Math.min(failures.length, least);
  const room = rows - failed - (running.length === 0 ? 1 : 0);
  const isAll = running.length + stalled.length <= room && unseen === 0;
  // Where not all have room, a line says how many have none.
  const tasks = isAll ? room : Math.max(0, room - 1);
  const kept = isAll ? stalled.length : Math.min(stalled.length, least);
  const runningRoom = Math.max(0, Math.min(running.length, tasks - kept));
  const stalledRoom = Math.min(stalled.length, tasks - runningRoom);
  const shown = [...running.slice(0, runningRoom), ...stalled.slice(0, stalledRoom)];
  const isRoomy = isAll && shown.length * 2 <= room;
  const lines = shown.flatMap(({ task, perSecond }) => {
    const row = { ...setting, perSecond };
    return isRoomy ? [taskRow(task, row), detailRow(task, row, true)] : [taskRow(task, row, true)];
  });
  if (running.length === 0)
    lines.unshift(style('dim', cut(nothingMoves(picture, stalled.length), columns)));
  const hidden = picture.rows.length + unseen - shown.length;
  if (hidden > 0) {
    const more = `  … ${hidden.toLocaleString('en-US')} more`;
    const those = stalled.length - stalledRoom;
    lines.push(style('dim', those === 0 ? more : `${more}, ${those} of them stalled`));
  }
  const left = Math.max(failed, rows - lines.length);
  if (left > failures.length && failures.length > 0) lines.push('');
  return [...lines, ...failures.slice(0, left).map((task) => failureLine(task, setting))];
}

import { plainStyle } from '../terminal/style.js';
import { denseLayout } from './dense-layout.js';
import { openLayout } from './open-layout.js';
import type { OverviewPicture, PictureSetting } from './picture.js';

/** With fewer rows than this, headings and blank lines would take those of the tasks. */
const OPEN_FROM = 20;
/** Where the counts and the place need lines of their own. */
const NARROW = 60;
const OPEN_FROM_NARROW = 24;

const MAX_LINES = 10_000;

/** The whole picture, never higher than the screen. It depends on the size alone how it is laid out, so that nothing jumps. */
export function overviewLines(picture: OverviewPicture, setting: PictureSetting): string[] {
  const { columns, rows, style } = setting;
  const layout =
    rows < (columns < NARROW ? OPEN_FROM_NARROW : OPEN_FROM) ? denseLayout : openLayout;
  const isStale = picture.freshness.state === 'stale';
  const remembered = isStale ? { ...setting, style: plainStyle } : setting;
  // What may be wrong by now is shown as what it is: memory.
  const shown = (line: string) => (isStale ? style('dim', line) : line);
  const counts =
    picture.counts === null
      ? [style('dim', 'Nothing is known yet.')]
      : layout.counts(picture.counts, remembered).map(shown);
  const head = [...layout.head(picture, setting), ...counts];
  const foot = layout.foot(picture, setting);
  const room = Math.max(0, rows - head.length - foot.length);
  const body = layout.body(picture, { ...remembered, rows: room }).map(shown);
  const filled = Number.isFinite(room)
    ? [...body, ...Array<string>(Math.max(0, room - body.length)).fill('')]
    : body;
  return [...head, ...filled, ...foot].slice(0, Math.min(rows, MAX_LINES));
}

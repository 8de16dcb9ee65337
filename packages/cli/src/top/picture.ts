import type { ShownTask } from '../task/shown-task.js';
import type { Style } from '../terminal/style.js';
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

/** How the parts of the picture are laid out on a screen. */
export interface Layout {
  head(picture: OverviewPicture, setting: PictureSetting): string[];
  counts(counts: Counts, setting: PictureSetting): string[];
  /** In at most `setting.rows` lines. */
  body(picture: OverviewPicture, setting: PictureSetting): string[];
  foot(picture: OverviewPicture, setting: PictureSetting): string[];
}

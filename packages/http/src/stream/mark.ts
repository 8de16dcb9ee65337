import type { Position } from '@task-monitor/core';

/** A place in the order of changes. */
export interface Mark {
  /** The number of the first frame after it. */
  readonly number: number;
  readonly position: Position;
}

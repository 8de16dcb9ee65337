import type { Position, TaskMonitor } from '@task-monitor/core';
import type { WireTexts } from '../wire-texts.js';
import { outlooksAfter } from '../outlook.js';
import { changeFrame, type Frame } from './frame.js';
import { superseded } from './superseded.js';

export interface MissedPage {
  /** Whether what came after the position is not kept any more. */
  readonly isLost: boolean;
  readonly position: Position;
  /** Changes that were read. */
  readonly count: number;
  /** Of those that tell something new. */
  readonly frames: readonly Frame[];
}

/**
 * What clients have missed, from the store. Those that ask at the same time for the same, as all do that a server has
 * cut off, are answered by one look.
 */
export class Missed {
  readonly #monitor: TaskMonitor;
  readonly #texts: WireTexts;
  readonly #asked = new Map<Position, Promise<MissedPage>>();

  constructor(monitor: TaskMonitor, texts: WireTexts) {
    this.#monitor = monitor;
    this.#texts = texts;
  }

  /** The changes after `position` that are there already, as many as go into a page. */
  after(position: Position): Promise<MissedPage> {
    let page = this.#asked.get(position);
    if (page === undefined) {
      page = this.#read(position).finally(() => this.#asked.delete(position));
      this.#asked.set(position, page);
    }
    return page;
  }

  async #read(after: Position): Promise<MissedPage> {
    const request = { limit: PAGE, waitMs: 0 };
    const { reset, position, changes } = await this.#monitor.changes(after, request);
    const now = Date.now();
    const superfluous = superseded(changes);
    const told = changes.filter((change) => !superfluous.has(change));
    const outlook = await outlooksAfter(this.#monitor, told);
    const frames = told.map((change) => changeFrame(change, this.#texts, now, outlook.get(change)));
    return { isLost: reset, position, count: changes.length, frames };
  }
}

const PAGE = 500;

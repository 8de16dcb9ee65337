import { plainText } from '../plain-text.js';
import type { Reading } from './line-parser.js';

/** As many lines as a task's output keeps. */
const MAX_LINES = 200;

/**
 * Lines of one stream that wait for what comes next: blank ones, which belong to a bar that is drawn around them, and those
 * that a parser is not sure of. If it turns out otherwise they are ordinary lines, in their places.
 */
export class HeldLines {
  #blank: string[] = [];
  #unsure: string[] = [];
  #afterBar = false;

  addBlank(raw: string, ordinary: string[]): void {
    if (this.#afterBar) return;
    this.#release(this.#unsure, ordinary);
    if (this.#blank.length === MAX_LINES) this.#release(this.#blank, ordinary);
    this.#blank.push(raw);
  }

  addUnsure(raw: string, ordinary: string[]): void {
    this.#afterBar = false;
    this.#release(this.#blank, ordinary);
    if (this.#unsure.length === MAX_LINES) this.#release(this.#unsure, ordinary);
    this.#unsure.push(raw);
  }

  /** An ordinary line comes. */
  release(ordinary: string[]): void {
    this.#afterBar = false;
    if (this.#unsure.length > 0) this.#release(this.#unsure, ordinary);
    if (this.#blank.length > 0) this.#release(this.#blank, ordinary);
  }

  /** A line of progress comes. If it is a bar, the blank ones around it are a part of it. */
  settle({ kept, confirms }: Reading, ordinary: string[]): void {
    if (confirms) this.#unsure.length = 0;
    this.#release(this.#unsure, ordinary);
    if (kept === null) this.#blank.length = 0;
    this.#release(this.#blank, ordinary);
    this.#afterBar = kept === null;
  }

  #release(lines: string[], ordinary: string[]): void {
    ordinary.push(...lines);
    lines.length = 0;
  }
}

/** Whether nothing of `raw` would be seen. */
export function isBlank(raw: string): boolean {
  if (raw === '') return true;
  // Almost every line shows by its first character that it is not blank.
  return raw.charCodeAt(0) <= 0x20 && plainText(raw).trim() === '';
}

import { secretOf } from './canary.js';

/**
 * What a write leaves in the task, twice and in different fields, so that one can see later which call it was and whether
 * it was done whole: its mark, and behind it a secret that must not be kept.
 */
export function textOf(process: string, op: number): string {
  return `${process}#${op} ${secretOf(op)}`;
}

/** The mark at the beginning of a text, and its op; `null` if there is none. */
export function readMark(text: unknown): { readonly mark: string; readonly op: number } | null {
  const match = typeof text === 'string' ? /^([a-z0-9-]+#(\d+))(?: |$)/.exec(text) : null;
  return match === null ? null : { mark: match[1] as string, op: Number(match[2]) };
}

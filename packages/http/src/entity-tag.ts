import { createHash } from 'node:crypto';
import type { Task } from '@task-monitor/core';

/**
 * Names `text`, the JSON of `task`, and no other: a strong entity tag. The version of the task alone would not do: progress
 * that is not written yet has none. Another task that has this id after a restart has another tag, too.
 */
export function entityTag({ number, createdAt }: Task, text: string): string {
  const hash = createHash('sha256').update(`${number} ${createdAt} ${text}`);
  return `"${hash.digest('base64url').slice(0, TAG_CHARACTERS)}"`;
}

/** Whether `header`, the value of `If-None-Match`, names `tag`. As RFC 9110 has it, `*` names every one, and `W/` is ignored. */
export function namesTag(header: string, tag: string): boolean {
  if (header.trim() === '*') return true;
  for (const [, named] of header.matchAll(TAGS)) if (named === tag) return true;
  return false;
}

/** 132 bits: two texts of one task never have the same. */
const TAG_CHARACTERS = 22;
const TAGS = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

import type { WireTask } from '@task-monitor/client';
import { readTerms, type SearchTerm } from './read-terms.js';

type TaskStatus = WireTask['status'];

/** The statuses that a search asks for; empty: it asks for none in particular. */
export function statusesIn(q: string): ReadonlySet<string> {
  return new Set(statusTerm(q)?.values.map(({ text }) => text.toLowerCase()));
}

/** The search with this status asked for, too, or no more. */
export function toggleStatus(q: string, status: TaskStatus): string {
  const term = statusTerm(q);
  // At the front, where no quote can be open.
  if (term === undefined) return `status:${status} ${q.trim()}`.trim();
  const asked = statusesIn(q);
  const wanted = asked.has(status)
    ? [...asked].filter((one) => one !== status)
    : [...asked, status];
  const before = q.slice(0, term.from);
  const after = q.slice(term.to);
  if (wanted.length === 0) return `${before.trimEnd()} ${after.trimStart()}`.trim();
  return `${before}status:${wanted.join(',')}${after}`.trim();
}

function statusTerm(q: string): SearchTerm | undefined {
  return readTerms(q).find(({ field, negated }) => field === 'status' && !negated);
}

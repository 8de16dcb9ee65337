import type { WireFullTask } from '@task-monitor/client';
import type { SearchTerm } from './read-terms.js';

/** Whether a task is one that a search finds, as far as that can be told without asking the server. */
export function fit(terms: readonly SearchTerm[], task: WireFullTask): 'yes' | 'no' | 'maybe' {
  let isSure = true;
  for (const { field, negated, values } of terms) {
    const texts = textsOf(field, task);
    if (texts === null) isSure = false;
    else if (values.some(({ text }) => texts.includes(caseOf(field, text))) === negated)
      return 'no';
  }
  return isSure ? 'yes' : 'maybe';
}

function textsOf(field: string | null, task: WireFullTask): readonly (string | null)[] | null {
  switch (field) {
    case 'status':
      return [task.status];
    case 'type':
      return [task.type];
    case 'tag':
      return task.tags;
    case 'parent':
      return [task.parent_id];
    default:
      return null;
  }
}

function caseOf(field: string | null, text: string): string {
  return field === 'status' ? text.toLowerCase() : text;
}

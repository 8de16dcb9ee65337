import type { WireFullTask } from '@task-monitor/client';

/** Failures that say the same but for ids, numbers, paths and the like. */
export interface FailureGroup {
  readonly key: string;
  readonly code: string;
  /** The message of the latest of them. */
  readonly message: string;
  readonly types: readonly string[];
  /** Newest first. */
  readonly tasks: readonly WireFullTask[];
}

/** Groups failed tasks by what went wrong, the group with the latest failure first. */
export function failureGroups(failed: readonly WireFullTask[]): readonly FailureGroup[] {
  const groups = new Map<string, WireFullTask[]>();
  for (const task of [...failed].sort(latestFirst)) {
    const key = failureKey(task);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [task]);
    else group.push(task);
  }
  return [...groups].map(([key, tasks]) => ({
    key,
    code: tasks[0]?.error?.code ?? 'ERROR',
    message: messageOf(tasks[0]),
    types: [...new Set(tasks.map(({ type }) => type).filter((type) => type !== null))],
    tasks,
  }));
}

/** The groups with those first that have `keys`, in the order of these. */
export function inOrder(
  groups: readonly FailureGroup[],
  keys: readonly string[],
): readonly FailureGroup[] {
  const known = groups.filter(({ key }) => keys.includes(key));
  known.sort((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key));
  return [...known, ...groups.filter(({ key }) => !keys.includes(key))];
}

/** What two failures have in common if they are the same failure. */
function failureKey(task: WireFullTask): string {
  return `${task.error?.code ?? ''} ${task.error?.name ?? ''} ${sameness(messageOf(task))}`;
}

/** A message without what is different every time. */
export function sameness(message: string): string {
  return message
    .slice(0, 500)
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi, '<id>')
    .replace(/https?:\/\/\S+/gi, '<url>')
    .replace(/(["'`])(?:(?!\1).){1,200}\1/g, '<text>')
    .replace(/(?:\.{0,2}\/[\w.@-]+){2,}/g, '<path>')
    .replace(/\b(?=[\da-f]*\d)[\da-f]{8,}\b/gi, '<id>')
    .replace(/\d+(?:[.,]\d+)*/g, '<n>')
    .trim();
}

/** The longest part of a message that does not change from one failure to the next; empty if there is none. */
export function likeness(message: string): string {
  const parts = sameness(message.split('\n')[0] ?? '')
    .split(/<(?:id|url|text|path|n)>/)
    .map((part) => part.replace(/^[\s:,.;()]+|[\s:,.;()]+$/g, '').slice(0, 200));
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest.length < 4 ? '' : longest;
}

function messageOf(task: WireFullTask | undefined): string {
  return task?.error_message ?? '';
}

function latestFirst(a: WireFullTask, b: WireFullTask): number {
  return (b.completed_at ?? '').localeCompare(a.completed_at ?? '') || b.number - a.number;
}

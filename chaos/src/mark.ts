/**
 * What a write leaves in the task, twice and in different fields, so that one can see later which call it was and whether
 * it was done whole.
 */
export function markOf(process: string, op: number): string {
  return `${process}#${op}`;
}

/** The process and the op that a text was left by; `null` if it is no mark. */
export function readMark(text: unknown): { readonly process: string; readonly op: number } | null {
  const match = typeof text === 'string' ? /^([a-z0-9-]+)#(\d+)$/.exec(text) : null;
  return match === null ? null : { process: match[1] as string, op: Number(match[2]) };
}

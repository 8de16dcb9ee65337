import type { History, Violation } from './history.js';

/** One second is promised; the rest is for a machine that is busy with the others. */
const WITHIN_MS = 5_000;

/** A process that closed its monitor ends by itself, and none ever met an error that nobody handled. */
export function checkEndings({ processes }: History): readonly Violation[] {
  const violations: Violation[] = [];
  const broken = (what: string): void => void violations.push({ invariant: 'I10', what });
  for (const { name, entries, ending } of processes) {
    for (const entry of entries)
      if (entry.kind === 'note' && entry.what === 'uncaught')
        broken(`${name}: an error that nobody handled: ${entry.text}`);
    if (ending === null) continue;
    const { code, signal, afterCloseMs } = ending;
    if (code !== 0) broken(`${name} ended with ${signal ?? code}`);
    if (afterCloseMs > WITHIN_MS) broken(`${name} went on for ${afterCloseMs} ms after its close`);
  }
  return violations;
}

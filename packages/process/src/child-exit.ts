import { TaskFailedError } from '@task-monitor/core';
import { cutAtBlank } from './cut-at-blank.js';

/** How a child ended: its exit code, or the signal that killed it. */
export interface ChildExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Who is known to have sent SIGKILL: this process, or the system for want of memory. */
export type Killer = 'host' | 'system';

/** Room for the summary in front, within the 8 KB that an error message may have. */
const MAX_EXPLANATION_BYTES = 8_000;

/**
 * The failure of a child that did not end well although nobody here told it to stop: how it ended, and the last lines of
 * its standard error, which say why. If they are too long the newest stay; `null` if nobody read them.
 */
export function exitFailure(
  exit: ChildExit,
  errorLines: readonly string[] | null,
  killer: Killer | null = null,
): TaskFailedError {
  const summary = summaryOf(exit, killer);
  const kept: string[] = [];
  let bytes = 0;
  for (const line of errorLines?.toReversed() ?? []) {
    const room = MAX_EXPLANATION_BYTES - bytes;
    if (kept.length > 0 && Buffer.byteLength(line) > room) break;
    kept.unshift(cutAtBlank(line, room));
    bytes += Buffer.byteLength(line) + 1;
  }
  const nothing = errorLines === null ? '.' : '. Standard error does not say why.';
  const explanation = kept.length > 0 ? `: ${kept.join('\n')}` : nothing;
  return new TaskFailedError(exit.signal === null ? 'EXIT' : 'SIGNAL', summary + explanation);
}

function summaryOf({ exitCode, signal }: ChildExit, killer: Killer | null): string {
  if (signal === null) return `Exited with code ${exitCode}`;
  if (signal !== 'SIGKILL' || killer === 'host') return `Killed by ${signal}`;
  const why =
    killer === 'system'
      ? 'the system was out of memory, and its counter of such kills rose'
      : 'probably the system was out of memory';
  return `Killed by SIGKILL, which this process did not send: ${why}`;
}

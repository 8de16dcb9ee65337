import type { WireFullTask } from '@task-monitor/client';

type FailureCode = NonNullable<WireFullTask['error']>['code'];
type EndCause = NonNullable<WireFullTask['ended_by']>['cause'];

const CODES: Readonly<Record<FailureCode, string>> = {
  ERROR: 'Its function threw, or somebody reported that it failed.',
  TIMEOUT: 'It took longer than it may, or was silent for longer than it may be.',
  ORPHANED:
    'The process that ran it died or was away for too long. Nobody starts it again by itself; what it had reported is kept.',
  SHUTDOWN: 'It was running when its process was shut down, and its own code had not ended it.',
  SPAWN_FAILED: 'Its program could not be started.',
  EXIT: 'Its program ended with another exit code than 0.',
  SIGNAL:
    'A signal killed its program. SIGKILL that nobody sent mostly means that the memory ran out.',
};

/** What a code of a failure means, in a sentence. */
export function failureWords(code: string): string | null {
  return Object.hasOwn(CODES, code) ? CODES[code as FailureCode] : null;
}

const CAUSES: Readonly<Record<EndCause, string>> = {
  caller: 'its own code',
  cancel: 'a cancellation',
  timeout: 'its time limit',
  orphaned: 'another process, as its own had died',
  shutdown: 'the shutdown of its process',
};

/** What ended a task, in words; a cause that this page does not know is named as it is. */
export function endedByWords(cause: string): string {
  return Object.hasOwn(CAUSES, cause) ? CAUSES[cause as EndCause] : cause;
}

/** What became of the work after the task had been ended without it. */
export function lateOutcomeWords({ status }: NonNullable<WireFullTask['late_outcome']>): string {
  return status === 'completed'
    ? 'The work went on after that, and was done'
    : 'The work went on after that, and failed';
}

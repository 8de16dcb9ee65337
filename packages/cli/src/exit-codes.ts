import { TaskApiError } from '@task-monitor/client';
import { CliError } from './cli-error.js';

/** What the process ends with. The guide has the same table, and `run` passes on the code of its program instead. */
export const EXIT = {
  ok: 0,
  /** The task failed, or what was asked for cannot be done any more. */
  failed: 1,
  /** The command line, or a search in it, cannot be read. */
  usage: 2,
  cancelled: 3,
  /** There is no such task, or not any more. */
  notFound: 4,
  /** The server does not allow it. */
  refused: 5,
  /** Nobody answers, or not Task Monitor, or it is in trouble. */
  unreachable: 6,
  /** A mistake in this program. */
  bug: 70,
  /** Ctrl-C. */
  interrupted: 130,
  /** SIGTERM or SIGHUP. */
  terminated: 143,
} as const;

/** The code for what was thrown. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  if (!(error instanceof TaskApiError)) return EXIT.bug;
  switch (error.code) {
    case 'TASK_NOT_FOUND':
      return EXIT.notFound;
    case 'FORBIDDEN':
      return EXIT.refused;
    case 'INVALID_INPUT':
      return EXIT.usage;
    case 'INVALID_TRANSITION':
      return EXIT.failed;
    default:
      // A proxy that asks for a log-in is no Task Monitor, but it is a refusal.
      return error.status === 401 || error.status === 403 ? EXIT.refused : EXIT.unreachable;
  }
}

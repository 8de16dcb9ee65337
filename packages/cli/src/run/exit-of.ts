import { constants } from 'node:os';
import type { Task } from '@task-monitor/core';
import { EXIT } from '../exit-codes.js';

/** As a shell does it for a program that could not be started, and for one that may not be. */
const NOT_FOUND = 127;

/** The code that a command ended with, as a shell would pass it on. */
export function exitOf({ status, error, execution }: Task): number {
  const { exitCode, signal } = execution.process ?? { exitCode: null, signal: null };
  if (status === 'completed') return EXIT.ok;
  if (error?.code === 'SPAWN_FAILED') return NOT_FOUND;
  if (signal !== null) return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
  return exitCode === null || exitCode === 0 ? EXIT.failed : exitCode;
}

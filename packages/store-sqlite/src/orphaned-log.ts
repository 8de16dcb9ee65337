import { statSync } from 'node:fs';
import { targetOf } from './link-target.js';

/**
 * What is wrong where a log has lost its database; `null`: nothing. SQLite takes a file that is missing or empty for a new
 * database, and deletes the log beside it with all that was answered since it was last taken into the file.
 *
 * Whoever opens a new file at the same moment is never taken for that: SQLite writes its first page before it begins a log.
 */
export function orphanedLog(path: string): string | null {
  const file = targetOf(path);
  const log = `${file}-wal`;
  // In this order: once there is a log, there is a file.
  const logBytes = sizeOf(log);
  if (logBytes === 0 || sizeOf(file) > 0) return null;
  const what = statSync(file, { throwIfNoEntry: false }) === undefined ? 'missing' : 'empty';
  return `The file is ${what}, but its log ${log} holds ${logBytes} bytes of it. Both are left as they are: put the file back that the log belongs to, or restore a backup and delete the log, or delete the log alone to begin anew without these tasks`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

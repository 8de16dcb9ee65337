import type { ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { getSystemErrorName } from 'node:util';
import { TaskFailedError } from '@task-monitor/core';

/** What was to be started, as messages name it. */
export interface Program {
  readonly name: string;
  /** Where, if not in the host's own folder. */
  readonly cwd: string | null;
}

/**
 * The failure of a child that could not be started: what, why, and how to mend it. The system's own answer names neither
 * (a missing folder and a missing program are both ENOENT), so a look at the disk tells them apart.
 */
export async function spawnFailure(program: Program, cause: unknown): Promise<TaskFailedError> {
  const code = String((cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error');
  const reason = (await cwdTrouble(program)) ?? (await programTrouble(program, code));
  return notStarted(program.name, `${reason} (${code})`, cause);
}

/**
 * The failure of a child that somebody else tried to start: `event` is what its `error` event brings. Where it was to run
 * is not known, so its message cannot tell a missing folder from a missing program.
 */
export async function failedSpawn(
  { spawnfile, exitCode }: ChildProcess,
  event: Promise<unknown>,
): Promise<TaskFailedError> {
  // Node keeps the number of the error there, and emits the event once only.
  const isOver = exitCode !== null && exitCode < 0;
  const error = isOver ? { code: getSystemErrorName(exitCode) } : await event;
  const code = String((error as NodeJS.ErrnoException).code);
  const reason =
    UNKNOWN_FOLDER[code] ?? (await programTrouble({ name: spawnfile, cwd: null }, code));
  return notStarted(spawnfile, `${reason} (${code})`, error);
}

const UNKNOWN_FOLDER: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program, no interpreter for it, or no such working directory',
  ENOTDIR: 'its working directory is none',
  EACCES: 'it may not be executed, or not from that directory; check the permissions (chmod +x)',
};

/** *Cannot start "pyhton": …* */
export function notStarted(name: string, reason: string, cause?: unknown): TaskFailedError {
  return new TaskFailedError('SPAWN_FAILED', `Cannot start ${JSON.stringify(name)}: ${reason}.`, {
    cause,
  });
}

async function cwdTrouble({ cwd }: Program): Promise<string | null> {
  if (cwd === null) return null;
  const folder = await kindOf(cwd);
  if (folder === 'missing') return `its working directory ${JSON.stringify(cwd)} does not exist`;
  return folder === 'file'
    ? `its working directory ${JSON.stringify(cwd)} is not a directory`
    : null;
}

async function programTrouble({ name, cwd }: Program, code: string): Promise<string> {
  switch (code) {
    case 'ENOENT':
      if (!/[\\/]/.test(name)) {
        return 'no such program is in the PATH; install it, correct the name or give the full path';
      }
      return (await kindOf(path.resolve(cwd ?? '.', name))) === 'missing'
        ? 'there is no such file'
        : 'the interpreter named in its first line does not exist';
    case 'EACCES':
      return (await kindOf(path.resolve(cwd ?? '.', name))) === 'directory'
        ? 'it is a directory'
        : 'it may not be executed, or not from that directory; check the permissions (chmod +x)';
    case 'E2BIG':
      return 'its arguments and environment are larger than the system allows; pass large data by `input` or a file';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open; run fewer at once or raise the limit (ulimit -n)';
    case 'EAGAIN':
      return 'there are too many processes; run fewer at once or raise the limit (ulimit -u)';
    case 'ENOMEM':
      return 'there is not enough memory';
    default:
      return 'the system refused';
  }
}

async function kindOf(place: string): Promise<'missing' | 'file' | 'directory' | 'unknown'> {
  try {
    return (await stat(place)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unknown';
  }
}

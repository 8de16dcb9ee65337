import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { isTaskMonitorError, TaskMonitorError } from '@task-monitor/core';
import { targetOf } from './link-target.js';

/** @throws {@link TaskMonitorError} STORE_UNAVAILABLE, with what to do, where SQLite would only say that it cannot open the file */
export function checkAccess(path: string): void {
  try {
    lookAt(path);
  } catch (error) {
    if (isTaskMonitorError(error)) throw error;
    throw cannotOpen(path, whyUnseen(error as NodeJS.ErrnoException));
  }
}

function lookAt(path: string): void {
  const target = targetOf(path);
  const folder = dirname(target);
  if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw cannotOpen(path, 'it is a link that leads in a circle. Give the path of a file');
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile())
    throw cannotOpen(path, 'it is no file. Give the path of one, such as tasks.db');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw cannotOpen(path, `there is no folder ${folder}. Create it first: mkdir -p ${folder}`);
  if (isReadOnly(folder))
    throw cannotOpen(
      path,
      `the file system of ${folder} is mounted read-only. Mount it so that it can be written (mount -o remount,rw), or give a path elsewhere`,
    );
  if (!isAllowed(folder, constants.W_OK | constants.X_OK))
    throw cannotOpen(
      path,
      `user ${userName()} may not write to the folder ${folder}. SQLite puts two further files there: give the user that right`,
    );
  if (stats !== undefined && !isAllowed(path, constants.R_OK | constants.W_OK))
    throw cannotOpen(
      path,
      `user ${userName()} may not read and write it. Give the user that right, or another path`,
    );
}

/** Whether nobody may write there, as the file system is mounted read-only. */
export function isReadOnly(folder: string): boolean {
  return refusalTo(folder, constants.W_OK) === 'EROFS';
}

function isAllowed(path: string, mode: number): boolean {
  return refusalTo(path, mode) === null;
}

function refusalTo(path: string, mode: number): string | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

/** Why nobody can even look whether there is a file: something is wrong with a part of the path before it. */
function whyUnseen({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EACCES':
      return `user ${userName()} may not look into its folder, or one above it. Give the user that right (chmod +x)`;
    case 'ENOTDIR':
      return 'a part of the path that should be a folder is a file. Give the path of a file in a folder';
    case 'ENAMETOOLONG':
      return 'the name is longer than the file system takes. Give a shorter one';
    case 'ELOOP':
      return 'a folder of it is a link that leads in a circle. Give another path';
    default:
      return message;
  }
}

function userName(): string {
  return process.getuid === undefined ? userInfo().username : `${process.getuid()}`;
}

function cannotOpen(path: string, why: string): TaskMonitorError {
  return new TaskMonitorError('STORE_UNAVAILABLE', `Cannot open ${path}: ${why}.`, {
    details: { path },
  });
}

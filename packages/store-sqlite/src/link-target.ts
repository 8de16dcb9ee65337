import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** As many as Linux follows. */
const MOST_LINKS = 40;

/**
 * Where the file is that a path leads to, whether it is there or not. SQLite follows links, and puts the log beside that file.
 * For links that lead in a circle: one of them.
 */
export function targetOf(path: string, links = 0): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink || links === MOST_LINKS) return path;
  return targetOf(resolve(realpathSync(dirname(path)), readlinkSync(path)), links + 1);
}

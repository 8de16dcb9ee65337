import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for each test of the surrounding `describe`. */
export function temporaryFolder(): (file: string) => string {
  let folder = '';
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (file) => join(folder, file);
}

export function newFolder(parent = tmpdir()): string {
  return mkdtempSync(join(parent, 'task-monitor-sqlite-'));
}

/** A disk in memory where there is one: for tests that are not about the disk, and would wait for it most of the time. */
export const QUICK_DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

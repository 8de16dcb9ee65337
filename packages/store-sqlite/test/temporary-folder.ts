import { mkdtempSync, rmSync } from 'node:fs';
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

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'task-monitor-sqlite-'));
}

import { mkdirSync } from 'node:fs';
import { itWithMounts, NEEDS_NAMESPACES, runWithMounts } from './mounts.js';
import { buildProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

describe(`a file system that is mounted read-only (${NEEDS_NAMESPACES})`, () => {
  const file = temporaryFolder();

  itWithMounts('is named when a file in it is opened, and loses nothing', () => {
    const program = buildProgram('remounted');
    const disk = file('disk');
    mkdirSync(disk);
    const output = runWithMounts(`
      mount -t tmpfs -o size=8m tmpfs '${disk}' &&
      exec '${process.execPath}' --disable-warning=ExperimentalWarning '${program}' '${disk}'`);
    const path = `${disk}/tasks.db`;
    expect(JSON.parse(output)).toEqual({
      opening: {
        code: 'STORE_UNAVAILABLE',
        message: `Cannot open ${path}: the file system of ${disk} is mounted read-only. Mount it so that it can be written (mount -o remount,rw), or give a path elsewhere.`,
      },
      writing: {
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining(`${path}: Its file system is mounted read-only`),
      },
      again: 'task-1',
    });
  });
});

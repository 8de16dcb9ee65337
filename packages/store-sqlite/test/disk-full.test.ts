import { mkdirSync } from 'node:fs';
import { itWithMounts, NEEDS_NAMESPACES, runWithMounts } from './mounts.js';
import { buildProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

describe(`a disk that runs full (${NEEDS_NAMESPACES})`, () => {
  const file = temporaryFolder();

  itWithMounts(
    'refuses writes with STORE_FULL, still reads, loses nothing, and goes on when there is room',
    () => {
      const program = buildProgram('filler');
      const disk = file('disk');
      mkdirSync(disk);
      const output = runWithMounts(`
        mount -t tmpfs -o size=8m tmpfs '${disk}' &&
        head -c 4000000 /dev/zero > '${disk}/ballast' &&
        exec '${process.execPath}' --disable-warning=ExperimentalWarning '${program}' '${disk}/tasks.db' '${disk}/ballast'`);
      expect(JSON.parse(output)).toEqual({
        codes: ['STORE_FULL'],
        readable: 'task-1',
        after: 'applied',
        lost: 0,
        extra: 0,
      });
    },
  );
});

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { buildProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

/** In namespaces of its own, where a program may mount a small disk, and nobody else sees it. */
const UNSHARE = ['--user', '--map-root-user', '--mount'];

const itWithSmallDisk = mayMount() || process.env.CI ? it : it.skip;

describe('a disk that runs full (needs Linux that lets users have namespaces: sysctl kernel.unprivileged_userns_clone=1)', () => {
  const file = temporaryFolder();

  itWithSmallDisk(
    'refuses writes with STORE_FULL, still reads, loses nothing, and goes on when there is room',
    () => {
      const program = buildProgram('filler');
      const disk = file('disk');
      mkdirSync(disk);
      const script = `
        mount -t tmpfs -o size=8m tmpfs '${disk}' &&
        head -c 4000000 /dev/zero > '${disk}/ballast' &&
        exec '${process.execPath}' --disable-warning=ExperimentalWarning '${program}' '${disk}/tasks.db' '${disk}/ballast'`;
      const output = execFileSync('unshare', [...UNSHARE, 'sh', '-c', script], {
        encoding: 'utf8',
      });
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

function mayMount(): boolean {
  try {
    execFileSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

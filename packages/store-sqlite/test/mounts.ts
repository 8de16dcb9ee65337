import { execFileSync } from 'node:child_process';

/** In namespaces of its own, where a program may mount a small disk, and nobody else sees it. */
const UNSHARE = ['--user', '--map-root-user', '--mount'];

/** What the user is to do where that is forbidden. */
export const NEEDS_NAMESPACES =
  'needs Linux that lets users have namespaces: sysctl kernel.unprivileged_userns_clone=1';

/** Skipped where nothing can be mounted, but for CI. */
export const itWithMounts = mayMount() || process.env.CI ? it : it.skip;

/** Runs a script of the shell that may mount what it likes, and answers with what it printed. */
export function runWithMounts(script: string): string {
  return execFileSync('unshare', [...UNSHARE, 'sh', '-c', script], { encoding: 'utf8' });
}

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

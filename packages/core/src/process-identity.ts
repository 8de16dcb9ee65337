import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { newId } from './id.js';
import type { LeaseHolder } from './store.js';

/** What tells this process from every other one, now and after a restart. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  readonly bootId: string;
  readonly pidStart: string;
}

/**
 * Two containers may share host name and pid, and a pid is used again: so the boot of the machine with the pid namespace,
 * and the start of the process, are part of the identity. Where the system does not tell them (only Linux does), they are
 * random, and no other process will ever take a pid of this one for evidence.
 */
export function processIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    bootId: told(
      () =>
        `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`,
    ),
    pidStart: told(() => startOf('/proc/self/stat')),
  };
}

/**
 * Whether the process that holds this lease has died, for certain: it ran in this boot of this machine and in this pid
 * namespace, and its pid is free, belongs to a process that started at another time, or to one that only waits for being
 * collected. `false` where that cannot be known.
 */
export function hasDied(
  { owner, bootId, pidStart }: LeaseHolder,
  { bootId: ownBootId }: ProcessIdentity,
): boolean {
  if (bootId !== ownBootId || owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  try {
    const { state, start } = statOf(`/proc/${owner.pid}/stat`);
    return start !== pidStart || state === 'Z' || state === 'X';
  } catch {
    return false;
  }
}

function startOf(path: string): string {
  return statOf(path).start;
}

/** Fields 3 and 22 of proc(5) `stat`, counted behind the program's name, which may hold blanks itself. */
function statOf(path: string): { readonly state: string; readonly start: string } {
  const stat = readFileSync(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', start] = [fields[0], fields[19]];
  if (start === undefined) throw new Error(`${path} has no start time`);
  return { state, start };
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return newId();
  }
}

import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { newId } from './id.js';

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

/** Field 22 of proc(5) `stat`, counted behind the program's name, which may hold blanks itself. */
function startOf(path: string): string {
  const stat = readFileSync(path, 'utf8');
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  if (start === undefined) throw new Error(`${path} has no start time`);
  return start;
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return newId();
  }
}

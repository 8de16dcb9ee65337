import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as oneTurn } from 'node:timers/promises';

/** So many processes are looked at in a row: about 2 ms. Reading them asynchronously would take ten times the work. */
export const AT_ONCE = 100;

/** The kernel reports in hundredths of a second, whatever its own clock: USER_HZ in time(7). */
const MS_PER_TICK = 10;

/** States of processes that have ended. */
const DEAD = 'ZXx';

/** What the system knows of one process: proc_pid_stat(5). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** It has ended, and its parent has not collected it yet. */
  readonly isDead: boolean;
  /** Processor time of its own and of the descendants that it collected. */
  readonly cpuMs: number;
}

/**
 * All processes of the machine, as far as they may be seen; none where the system has no `/proc`. The event loop gets its
 * turn in between, so together they are no picture of one moment.
 */
export async function* allProcesses(
  folder = '/proc',
  giveTurn: () => Promise<unknown> = oneTurn,
): AsyncGenerator<ProcessEntry> {
  const pids = readNames(folder).filter((name) => /^\d+$/.test(name));
  for (const [index, pid] of pids.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await giveTurn();
    const entry = readEntry(`${folder}/${pid}/stat`);
    if (entry !== null) yield entry;
  }
}

/**
 * When a process was started, in epoch milliseconds, ± 10 ms; `null` where that is not told. It is counted from the boot of
 * the machine, so the wall clock may have jumped in between.
 */
export function startOf(pid: number, folder = '/proc'): number | null {
  const uptime = readText(`${folder}/uptime`)?.split(' ')[0];
  const ticks = fieldsOf(readText(`${folder}/${pid}/stat`) ?? '')[19];
  if (uptime === undefined || ticks === undefined) return null;
  return Math.round(Date.now() - Number(uptime) * 1_000 + Number(ticks) * MS_PER_TICK);
}

/** Whether a child of this process has ended and was not collected yet. `false` where that is not told. */
export function isDead(pid: number, folder = '/proc'): boolean {
  return readEntry(`${folder}/${pid}/stat`)?.isDead ?? false;
}

/**
 * Whether a process has begun to end: from then on the kernel shows it, among others, as a member of no control group
 * (version 1). `true` where that is not told.
 */
export function isEnding(pid: number, folder = '/proc'): boolean {
  const flags = Number(fieldsOf(readText(`${folder}/${pid}/stat`) ?? '')[6] ?? PF_EXITING);
  return (flags & PF_EXITING) !== 0;
}

/** Of the flags of a process, in `include/linux/sched.h`. */
const PF_EXITING = 0x4;

/**
 * Whether a living process of a group was started more than `agoMs` ago. `false` where that is not told. Looks at all processes
 * in one go.
 */
export function hasOldMember(groupId: number, agoMs: number, folder = '/proc'): boolean {
  const uptimeMs = Number(readText(`${folder}/uptime`)?.split(' ')[0]) * 1_000;
  return readNames(folder).some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const fields = fieldsOf(readText(`${folder}/${name}/stat`) ?? '');
    if (Number(fields[2]) !== groupId || DEAD.includes(fields[0] ?? '')) return false;
    // A tick more, as both are told in whole ones.
    return uptimeMs - Number(fields[19]) * MS_PER_TICK > agoMs + MS_PER_TICK;
  });
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `null` if it ended meanwhile. */
function readEntry(statFile: string): ProcessEntry | null {
  const stat = readText(statFile);
  if (stat === null) return null;
  const fields = fieldsOf(stat);
  const [state = '', parent, group] = fields;
  const cpuTicks = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  return {
    pid: parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    isDead: DEAD.includes(state),
    cpuMs: cpuTicks * MS_PER_TICK,
  };
}

/** The fields from the state on, the third of all: pid (name) state parent …; the name may hold anything, a parenthesis too. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null;
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as oneTurn } from 'node:timers/promises';

/** So many processes are looked at in a row: about 2 ms. Reading them asynchronously would take ten times the work. */
const AT_ONCE = 100;

/**
 * Whether the process group `groupId` has a member that has not ended yet, as opposed to ended ones that their parent has
 * not collected, which a signal cannot tell apart. `null` where the system has no `/proc` to tell.
 */
export async function hasLiveMember(groupId: number, folder = '/proc'): Promise<boolean | null> {
  const pids = readNames(folder).filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return null;
  for (const [index, pid] of pids.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await oneTurn();
    if (isLiveMember(`${folder}/${pid}/stat`, groupId)) return true;
  }
  return false;
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isLiveMember(statFile: string, groupId: number): boolean {
  let stat: string;
  try {
    stat = readFileSync(statFile, 'latin1');
  } catch {
    return false; // It ended meanwhile.
  }
  // pid (name) state parent group …; the name may hold anything, a parenthesis too: proc_pid_stat(5).
  const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
  return Number(group) === groupId && !'ZXx'.includes(state);
}

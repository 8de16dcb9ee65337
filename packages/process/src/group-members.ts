import { allProcesses } from './process-table.js';

/**
 * Whether the process group `groupId` has a member that has not ended yet, as opposed to ended ones that their parent has
 * not collected, which a signal cannot tell apart. `null` where the system has no `/proc` to tell.
 */
export async function hasLiveMember(groupId: number, folder = '/proc'): Promise<boolean | null> {
  let isSeen = false;
  for await (const { group, isDead } of allProcesses(folder)) {
    if (group === groupId && !isDead) return true;
    isSeen = true;
  }
  return isSeen ? false : null;
}

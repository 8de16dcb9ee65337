import type { ProcessEntry } from './process-table.js';

/** The processes of a machine by what belongs together. */
export class ProcessTrees {
  readonly #processes = new Map<number, ProcessEntry>();
  readonly #byParent = new Map<number, ProcessEntry[]>();
  readonly #byGroup = new Map<number, ProcessEntry[]>();

  get size(): number {
    return this.#processes.size;
  }

  add(entry: ProcessEntry): void {
    this.#processes.set(entry.pid, entry);
    append(this.#byParent, entry.parent, entry);
    append(this.#byGroup, entry.group, entry);
  }

  /** A process with its descendants, and with the members of the group that it leads and theirs. */
  of(pid: number): readonly ProcessEntry[] {
    const root = this.#processes.get(pid);
    if (root === undefined) return [];
    const found = new Set([root, ...(this.#byGroup.get(pid) ?? [])]);
    // A set goes on to what is added while it is gone through.
    for (const member of found)
      for (const child of this.#byParent.get(member.pid) ?? []) found.add(child);
    return [...found];
  }
}

function append(map: Map<number, ProcessEntry[]>, key: number, entry: ProcessEntry): void {
  const entries = map.get(key);
  if (entries === undefined) map.set(key, [entry]);
  else entries.push(entry);
}

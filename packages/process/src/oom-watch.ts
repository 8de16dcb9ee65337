import { readFileSync } from 'node:fs';
import { isEnding } from './process-table.js';

/** Where the system shows processes and their control groups. */
export interface SystemFolders {
  readonly proc: string;
  readonly cgroup: string;
}

const SYSTEM: SystemFolders = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/**
 * Watches how often the kernel killed a process for want of memory in the control group that a child belongs to: nothing
 * else tells such a SIGKILL from any other.
 */
export class OomWatch {
  readonly #pid: number;
  readonly #folders: SystemFolders;
  #file: string | null = null;
  #before: number | null = null;

  constructor(pid: number, folders: SystemFolders = SYSTEM) {
    this.#pid = pid;
    this.#folders = folders;
    this.look();
  }

  /** To be called now and then while the child lives: it may move to another group, from where that is counted anew. */
  look(): void {
    const file = this.#counterFile();
    if (file === null || file === this.#file) return;
    // Asked after the group: if it does not end now, it did not when that was told.
    if (isEnding(this.#pid, this.#folders.proc)) return;
    this.#file = file;
    this.#before = readCount(file);
  }

  /** Whether there was such a kill since then; `false` also where the system does not tell. */
  get happened(): boolean {
    if (this.#file === null || this.#before === null) return false;
    return (readCount(this.#file) ?? 0) > this.#before;
  }

  /** The file with the counter of the child's group, in cgroups of version 2 or 1. */
  #counterFile(): string | null {
    const groups = read(`${this.#folders.proc}/${this.#pid}/cgroup`) ?? '';
    for (const [, controllers = '', path = ''] of groups.matchAll(/^\d+:([^:\n]*):(.*)$/gm)) {
      const [folder, name] =
        controllers === ''
          ? [this.#folders.cgroup, 'memory.events']
          : [`${this.#folders.cgroup}/memory`, 'memory.oom_control'];
      if (controllers !== '' && !controllers.split(',').includes('memory')) continue;
      // Inside of a container the path may be that of the host, of which only the own end is mounted.
      for (const place of [`${folder}${path}/${name}`, `${folder}/${name}`])
        if (readCount(place) !== null) return place;
    }
    return null;
  }
}

function readCount(file: string): number | null {
  const count = /^oom_kill (\d+)$/m.exec(read(file) ?? '')?.[1];
  return count === undefined ? null : Number(count);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

import type { WireFullTask } from '@task-monitor/client';

/** Of each kind; more than these nobody chooses from. */
const MOST = 200;

/** How far down into the metadata. */
const DEPTH = 3;

/** Types, tags and keys of metadata of the tasks that were seen, to complete a search with. */
export class SeenValues {
  readonly #types = new Map<string, number>();
  readonly #tags = new Map<string, number>();
  readonly #keys = new Map<string, readonly string[]>();

  see(task: WireFullTask): void {
    if (task.type !== null) count(this.#types, task.type);
    for (const tag of task.tags) count(this.#tags, tag);
    this.#seeKeys(task.metadata, []);
  }

  /** Those seen most often first. */
  get types(): readonly string[] {
    return mostFirst(this.#types);
  }

  /** Those seen most often first. */
  get tags(): readonly string[] {
    return mostFirst(this.#tags);
  }

  /** The ways to values, key by key, in the order of the alphabet. */
  get keys(): readonly (readonly string[])[] {
    return [...this.#keys].sort(([a], [b]) => a.localeCompare(b)).map(([, path]) => path);
  }

  #seeKeys(value: object, above: readonly string[]): void {
    for (const [key, below] of Object.entries(value) as [string, unknown][]) {
      const path = [...above, key];
      const isNested = typeof below === 'object' && below !== null && !Array.isArray(below);
      if (isNested && path.length < DEPTH) this.#seeKeys(below, path);
      else if (this.#keys.size < MOST) this.#keys.set(JSON.stringify(path), path);
    }
  }
}

function count(counts: Map<string, number>, text: string): void {
  const known = counts.get(text);
  if (known !== undefined || counts.size < MOST) counts.set(text, (known ?? 0) + 1);
}

function mostFirst(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([text]) => text);
}

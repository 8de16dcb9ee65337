import type { WireFullTask } from '@task-monitor/client';

/** More rows than these make a page slow, and nobody reads them. */
const MOST_ROWS = 200;

/** Of them, tasks that are shown only for what is below them. */
const MOST_ABOVE = 100;

/** A task has no more above it than this, whatever it says. */
const MOST_LEVELS = 12;

/** The children of a task, as far as they were read. */
export interface Family {
  /** `reading`: none have come yet. */
  readonly state: 'reading' | 'read' | 'failed';
  readonly tasks: readonly WireFullTask[];
  readonly total: number;
}

export interface Trees {
  readonly page: readonly WireFullTask[];
  /** Tasks above those of the page; `null`: it is gone. One that is not there is still being read. */
  readonly above: ReadonlyMap<string, WireFullTask | null>;
  readonly families: ReadonlyMap<string, Family>;
  /** Whether somebody opened or closed it. By default it is open if children of it are on the page. */
  readonly opened: ReadonlyMap<string, boolean>;
  /** Whether a task is known to have children. */
  hasChildren(id: string): boolean;
}

interface Place {
  readonly key: string;
  /** For each level above its own and for its own, whether others follow there. */
  readonly follows: readonly boolean[];
}

/** A task, or what is told in place of tasks. */
export type TreeRow = Place &
  (
    | {
        readonly kind: 'task';
        readonly id: string;
        /** `null`: it is not known, or `isGone`. */
        readonly task: WireFullTask | null;
        readonly isGone: boolean;
        /** Shown for the sake of those below it. */
        readonly isContext: boolean;
        /** `null`: nothing is known to be below it. */
        readonly isOpen: boolean | null;
      }
    | { readonly kind: 'more'; readonly parentId: string; readonly count: number }
    | { readonly kind: 'reading'; readonly parentId: string }
    | { readonly kind: 'failed'; readonly parentId: string }
  );

/** The tasks of a page under their parents, in the order of the page. */
export function treeRows(trees: Trees): readonly TreeRow[] {
  return new TreeWriter(trees).rows();
}

class TreeWriter {
  readonly #trees: Trees;
  readonly #onPage: ReadonlyMap<string, WireFullTask>;
  /** Ids of what stands below an id, in the order of the page. */
  readonly #below = new Map<string, string[]>();
  readonly #roots: string[] = [];
  readonly #rows: TreeRow[] = [];
  /** How many tasks are shown for what is below them. */
  #above = 0;
  /** Rows that there is still room for, beside those that have to be there. */
  #room: number;

  constructor(trees: Trees) {
    this.#trees = trees;
    this.#onPage = new Map(trees.page.map((task) => [task.task_id, task]));
    const placed = new Set<string>();
    for (const { task_id } of trees.page) this.#place(task_id, placed);
    this.#room = MOST_ROWS - placed.size - trees.families.size;
  }

  rows(): readonly TreeRow[] {
    for (const id of this.#roots) this.#add(id, []);
    return this.#rows;
  }

  /** Puts a task below the one that it belongs to, and that one below its own. */
  #place(id: string, placed: Set<string>): void {
    let child = id;
    for (let level = 0; !placed.has(child); level++) {
      placed.add(child);
      if (!this.#onPage.has(child)) this.#above++;
      const parent = this.#taskOf(child)?.parent_id ?? null;
      const isEnough = level === MOST_LEVELS || this.#above > MOST_ABOVE;
      if (parent === null || isEnough || this.#isAbove(child, parent)) {
        this.#roots.push(child);
        return;
      }
      const siblings = this.#below.get(parent);
      if (siblings === undefined) this.#below.set(parent, [child]);
      else siblings.push(child);
      child = parent;
    }
  }

  /** Whether `id` stands above `parent` already, as it would in a circle. */
  #isAbove(id: string, parent: string): boolean {
    let next: string | null = parent;
    for (let level = 0; next !== null && level <= MOST_LEVELS; level++) {
      if (next === id) return true;
      next = this.#taskOf(next)?.parent_id ?? null;
    }
    return false;
  }

  #taskOf(id: string): WireFullTask | null {
    return this.#onPage.get(id) ?? this.#trees.above.get(id) ?? null;
  }

  #add(id: string, follows: readonly boolean[], read?: WireFullTask): void {
    const { families, opened, above } = this.#trees;
    const below = this.#below.get(id) ?? [];
    const family = families.get(id);
    const hasBelow = below.length > 0 || this.#trees.hasChildren(id);
    const isOpen = hasBelow ? (opened.get(id) ?? below.length > 0) : null;
    const isOnPage = this.#onPage.has(id);
    this.#rows.push({
      kind: 'task',
      key: id,
      id,
      task: read ?? this.#taskOf(id),
      isGone: !isOnPage && above.get(id) === null,
      isContext: !isOnPage && read === undefined,
      isOpen,
      follows,
    });
    if (isOpen !== true || follows.length > MOST_LEVELS) return;
    const others = (family?.tasks ?? []).filter(({ task_id }) => !below.includes(task_id));
    const shown = others.slice(0, Math.max(this.#room, 0));
    this.#room -= shown.length;
    const count = (family?.total ?? 0) - below.length - shown.length;
    const end = family === undefined || family.state === 'read' ? null : family.state;
    const last = end ?? (count > 0 ? 'more' : null);
    const entries = [
      ...below.map((child) => ({ id: child, read: undefined })),
      ...shown.map((task) => ({ id: task.task_id, read: task })),
    ];
    for (const [index, entry] of entries.entries()) {
      const isLast = last === null && index === entries.length - 1;
      this.#add(entry.id, [...follows, !isLast], entry.read);
    }
    const place = { key: `${id} ${last}`, parentId: id, follows: [...follows, false] };
    if (last === 'more') this.#rows.push({ ...place, kind: last, count });
    else if (last !== null) this.#rows.push({ ...place, kind: last });
  }
}

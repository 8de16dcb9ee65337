import type { Change, Task, TaskCounts, TaskStatus } from '@task-monitor/core';
import type { Entry } from '../journal.js';

/** Everything that was seen of a trial, once all is quiet. */
export interface History {
  readonly processes: readonly ProcessHistory[];
  /** As paging through the list gave them. */
  readonly tasks: readonly Task[];
  readonly counts: TaskCounts;
  /** When those were read. */
  readonly readAt: number;
  /** In the order in which a watcher of everything was told of them, from before the first write on. */
  readonly changes: readonly SeenChange[];
  /** Whether the watcher was told `reset`, so that changes may be missing among those. */
  readonly reset: boolean;
  /** What the watcher, which broke off and went on by position again and again, believes to be kept. */
  readonly view: ReadonlyMap<string, Pick<Task, 'status' | 'version'>>;
  /** The kept output of some tasks, those with calls that nobody answered among them. */
  readonly outputs: ReadonlyMap<string, readonly string[]>;
}

export interface SeenChange {
  readonly at: number;
  readonly change: Change;
}

export interface ProcessHistory {
  /** Its tasks are named after it: `<name>-…`. */
  readonly name: string;
  readonly entries: readonly Entry[];
  /** All that it wrote to its standard output and standard error. */
  readonly printed: string;
  /** Set if it was killed. */
  readonly death: Death | null;
  /** Whether it was stopped for so long that its tasks may rightly be called orphaned. */
  readonly wasAway: boolean;
  /** Milliseconds from its word that the monitor is closed until it was gone, and how that went. `null` if killed. */
  readonly ending: Ending | null;
}

export interface Death {
  readonly at: number;
  /** From when on somebody alive looked at the store. */
  readonly watchedFrom: number;
  /** Within so many milliseconds from the later of both its tasks have to be ended. */
  readonly withinMs: number;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly afterCloseMs: number;
}

export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

/** Calls of one process, each with what became of it. */
export interface Call {
  readonly process: string;
  readonly op: number;
  readonly verb: string;
  readonly id: string;
  readonly answer: { readonly status: TaskStatus; readonly version: number } | null;
  readonly refused: boolean;
}

export function callsOf({ name, entries }: ProcessHistory): readonly Call[] {
  const calls = new Map<number, Call>();
  for (const entry of entries) {
    if (entry.kind === 'note' || entry.kind === 'memory') continue;
    if (entry.kind === 'invoke') {
      const { op, verb, id } = entry;
      calls.set(op, { process: name, op, verb, id, answer: null, refused: false });
      continue;
    }
    const call = calls.get(entry.op);
    if (call === undefined) throw new Error(`${name} has an answer to op ${entry.op} and no call.`);
    const { status, version } = entry.kind === 'ok' ? entry : {};
    calls.set(entry.op, {
      ...call,
      answer: status === undefined || version === undefined ? null : { status, version },
      refused: entry.kind === 'fail',
    });
  }
  return [...calls.values()];
}

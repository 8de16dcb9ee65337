import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { TaskStatus } from '@task-monitor/core';

export type Verb =
  | 'register'
  | 'start'
  | 'progress'
  | 'log'
  | 'complete'
  | 'fail'
  | 'cancel'
  | 'remove'
  | 'run'
  /** A function that `run` drives has ended, and this was recorded. */
  | 'end';

/**
 * One line of a journal. `invoke`: the call is about to be made. `ok`: it was answered. `fail`: it was refused, and nothing
 * happened. `info`: nobody knows whether it happened. An `invoke` that nothing follows is as `info`: the process was killed.
 */
export type Entry = Invocation | Answer | Refusal | Note | MemoryNote;

interface Invocation {
  readonly kind: 'invoke';
  readonly at: number;
  readonly op: number;
  readonly verb: Verb;
  readonly id: string;
}

interface Answer {
  readonly kind: 'ok';
  readonly at: number;
  readonly op: number;
  /** Of the task that came back. */
  readonly status: TaskStatus;
  readonly version: number;
}

interface Refusal {
  readonly kind: 'fail' | 'info';
  readonly at: number;
  readonly op: number;
  readonly code: string;
}

interface Note {
  readonly kind: 'note';
  readonly at: number;
  readonly what: 'opened' | 'closed' | 'uncaught' | 'trouble';
  readonly text?: string;
}

/** What the process had in memory when it had opened its monitor, and again when its work was done. */
interface MemoryNote {
  readonly kind: 'memory';
  readonly at: number;
  /** After a forced collection of garbage. */
  readonly residentBytes: number;
}

type Unstamped<E> = E extends Entry ? Omit<E, 'at'> : never;

/**
 * What a process did and was told, written before it goes on. Each line is handed to the system by one synchronous write to a
 * file opened for appending: when the process is killed, everything up to then is in the file. Only a machine that loses
 * power would lose lines, which is not what is tried here, so none is forced to the disk.
 */
export class Journal {
  readonly #file: number;
  #ops = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  nextOp(): number {
    return ++this.#ops;
  }

  write(entry: Unstamped<Entry>): void {
    writeSync(this.#file, `${JSON.stringify({ at: Date.now(), ...entry })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A last line without an end was being written when the process was killed; any other that cannot be read is an error. */
export function readJournal(path: string): readonly Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line) => JSON.parse(line) as Entry);
}

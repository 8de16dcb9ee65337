import type { Clock } from './clock.js';
import { type EndWrites, isPassing } from './end-writes.js';
import type { Intake } from './intake.js';
import { Latch } from './latch.js';
import { attempt, isComing, type Prompt } from './prompt.js';
import { notStarted } from './run.js';
import type { NewTask } from './store.js';
import type { Owner } from './task.js';
import type { Created, TaskWriter } from './task-writer.js';
import { tryAgain } from './try-again.js';

/** Whoever waits for `run` to resolve is not kept longer by a store that says nothing than by one that says no. */
const LONGEST_CREATE_MS = 5_000;

export type OwnedTask = NewTask & { readonly owner: Owner };

export interface RunCreationOptions {
  readonly writer: TaskWriter;
  readonly clock: Clock;
  readonly endWrites: EndWrites;
  readonly intake: Intake;
}

/** Makes the tasks of runs, which is tried again while the store is away. */
export class RunCreation {
  readonly #options: RunCreationOptions;
  readonly #isActive: (id: string) => boolean;
  readonly #closing = new Latch();
  #closed = false;

  constructor(options: RunCreationOptions, isActive: (id: string) => boolean) {
    this.#options = options;
    this.#isActive = isActive;
  }

  /** Nothing is tried again from now on. */
  close(): void {
    this.#closed = true;
    this.#closing.open();
  }

  /** @throws {@link TaskMonitorError} as {@link TaskWriter.create}, only by rejecting */
  create(made: OwnedTask, idempotencyKey: string | null, mayRepeat: boolean): Prompt<Created> {
    const { writer } = this.#options;
    const operation = writer.operation();
    const write = (): Prompt<Created> => writer.create(made, idempotencyKey, operation);
    const created = attempt(write);
    return isComing(created) ? this.#wait(made, created, write, mayRepeat) : created;
  }

  async #wait(
    made: OwnedTask,
    created: Promise<Created>,
    write: () => Prompt<Created>,
    mayRepeat: boolean,
  ): Promise<Created> {
    const { clock } = this.#options;
    const begunAt = clock.monotonic();
    try {
      return await created;
    } catch (first) {
      try {
        return await tryAgain(first, write, {
          clock,
          calledOff: this.#closing,
          isCalledOff: () =>
            !mayRepeat || this.#closed || clock.monotonic() - begunAt >= LONGEST_CREATE_MS,
        });
      } catch (error) {
        if (isPassing(error)) this.#endUnanswered(made, error);
        throw error;
      }
    }
  }

  /** Whoever wanted the run was told that there is none: if the store made its task, nobody else would ever end that. */
  #endUnanswered({ id, owner }: OwnedTask, cause: unknown): void {
    const { writer, endWrites, intake } = this.#options;
    const operation = writer.operation();
    const error = intake.failure(notStarted(cause));
    endWrites.write(`ending task "${id}", whose run was given up`, async () => {
      // Another run that has this id is no business of the one that was given up.
      if (!this.#isActive(id)) await writer.endUnstarted(id, owner, error, operation);
    });
  }
}

import { isDeepStrictEqual } from 'node:util';
import { TaskMonitorError, taskNotFound } from './errors.js';
import type { Clock } from './clock.js';
import { ALLOWED_FROM, invalidTransition, judge, type Verb } from './lifecycle.js';
import type { ChildrenChange } from './parts.js';
import type { ProgressChange } from './progress.js';
import { isComing, type Prompt } from './prompt.js';
import type {
  CreateResult,
  NewOutputLine,
  NewTask,
  Operation,
  StoreLimit,
  TaskPatch,
  WriteResult,
} from './store.js';
import {
  type Cancellation,
  type EndCause,
  type EndedBy,
  FINISHED_STATUSES,
  type LateOutcome,
  type Owner,
  type Task,
  type TaskFailure,
  type TaskStatus,
} from './task.js';
import type { TaskWrites } from './task-writes.js';
import { UnansweredWrites } from './unanswered-writes.js';

/** How a task ends. */
export interface Ending extends Pick<TaskPatch, 'progress' | 'result' | 'resultOmitted' | 'error'> {
  readonly verb: 'complete' | 'fail';
  readonly cause: EndCause;
}

/** What the store answers where it did not refuse. */
export type Created = CreateResult & { readonly task: Task };

/** Turns the verbs into store writes, and what the store reports into an answer or an error. */
export class TaskWriter {
  readonly #store: TaskWrites;
  readonly #clock: Clock;
  /** Id of the monitor: the writer of its operations. */
  readonly id: string;
  readonly #endedBy = new Map<EndCause, EndedBy>();
  readonly #unanswered = new UnansweredWrites();
  /** Is told of every task that was written, as it then stands. */
  onWritten: ((task: Task) => void) | null = null;
  #sequence = 0;

  constructor(store: TaskWrites, clock: Clock, id: string) {
    this.#store = store;
    this.#clock = clock;
    this.id = id;
  }

  /** The next write of this monitor. */
  operation(): Operation {
    return { writer: this.id, sequence: ++this.#sequence };
  }

  endedBy(cause: EndCause): EndedBy {
    let endedBy = this.#endedBy.get(cause);
    if (endedBy === undefined) {
      // One object for all tasks that end alike: a finished task should be small.
      endedBy = Object.freeze({ cause, monitor: this.id });
      this.#endedBy.set(cause, endedBy);
    }
    return endedBy;
  }

  /** @throws {@link TaskMonitorError} TASK_EXISTS, CAPACITY */
  create(
    task: NewTask,
    idempotencyKey: string | null,
    operation = this.operation(),
  ): Prompt<Created> {
    const answer = this.#store.create({ task, idempotencyKey, operation });
    return isComing(answer) ? answer.then(created) : created(answer);
  }

  /** Creates a task whose id the caller chose, and may give again if the answer was lost. */
  async createNamed(
    task: NewTask,
    idempotencyKey: string | null,
  ): Promise<{ readonly task: Task }> {
    const answer = await this.#unanswered.write(
      'create',
      task.id,
      () => this.operation(),
      async (operation) => this.create(task, idempotencyKey, operation),
    );
    const byId = answer.outcome === 'duplicate' && idempotencyKey === null;
    if (byId && !isMadeAs(task, answer.task)) throw taskExists(answer.task);
    return answer;
  }

  /** Of a task that a caller drives, who may ask again if the answer was lost. */
  startByHand(id: string, owner: Owner): Prompt<Task> {
    const operation = this.#unanswered.repeated('start', id) ?? this.operation();
    return this.start(id, owner, 'caller', undefined, operation);
  }

  /** A runner's task is started by its own owner only, which it has from the beginning. */
  start(
    id: string,
    owner: Owner,
    driver: 'caller' | 'runner',
    progress?: ProgressChange,
    operation = this.operation(),
  ): Prompt<Task> {
    const at = this.#clock.now();
    const set = { status: 'running', startedAt: at, owner, progress, progressAt: at } as const;
    const ownerId = driver === 'runner' ? owner.id : null;
    return this.#write('start', id, set, ownerId, driver, operation);
  }

  progress(id: string, update: ProgressChange, owner: string | null): Prompt<Task> {
    const at = this.#clock.now();
    const answer = this.#store.progress(id, { update, at, owner, operation: this.operation() });
    return isComing(answer)
      ? answer.then((later) => this.#answered('progress', id, later))
      : this.#answered('progress', id, answer);
  }

  /** Writes what the children of a running task come to; `false` if there is no such task. */
  async addUpChildren(id: string, children: readonly ChildrenChange[]): Promise<boolean> {
    const answer = await this.#store.progress(id, {
      update: { children },
      at: this.#clock.now(),
      owner: null,
      operation: this.operation(),
    });
    this.#wrote(answer.task);
    return answer.outcome !== 'missing';
  }

  async appendOutput(id: string, lines: readonly NewOutputLine[]): Promise<Task> {
    if (lines.length === 0) return this.read(id);
    const answer = await this.#store.appendOutput(id, { lines, operation: this.operation() });
    // Output after the end is not worth an error: it is the tail of what was already told.
    if (answer.outcome === 'missing') throw taskNotFound(id);
    this.#wrote(answer.task);
    return answer.task;
  }

  /** With an `operation` of {@link operation} it may be sent again after trouble with the store. */
  end(
    id: string,
    { verb, cause, progress, result, resultOmitted, error }: Ending,
    operation = this.operation(),
  ): Prompt<Task> {
    const at = this.#clock.now();
    const status = verb === 'complete' ? 'completed' : 'failed';
    const endedBy = this.endedBy(cause);
    const set = {
      status,
      completedAt: at,
      progress,
      progressAt: at,
      result,
      resultOmitted,
      error,
      endedBy,
    } as const;
    return this.#write(verb, id, set, null, undefined, operation);
  }

  /** Fails a task of this owner that waits to be started, if there is one. */
  async endUnstarted(
    id: string,
    owner: Owner,
    error: TaskFailure,
    operation: Operation,
  ): Promise<void> {
    const endedBy = this.endedBy('caller');
    await this.#store.transition(id, {
      from: ['pending'],
      owner: owner.id,
      driver: 'runner',
      set: { status: 'failed', completedAt: this.#clock.now(), error, endedBy },
      operation,
    });
  }

  /** Ends a task as cancelled, from any of `from`; `null` if its status is none of them any more. */
  async endAsCancelled(
    id: string,
    from: readonly TaskStatus[],
    cancel: Cancellation,
    cause: EndCause,
    operation = this.operation(),
  ): Promise<Task | null> {
    const answer = await this.#store.transition(id, {
      from,
      owner: null,
      set: {
        status: 'cancelled',
        completedAt: this.#clock.now(),
        cancel,
        endedBy: this.endedBy(cause),
      },
      operation,
    });
    if (answer.outcome === 'missing') throw taskNotFound(id);
    this.#wrote(answer.task);
    return answer.outcome === 'conflict' ? null : answer.task;
  }

  /** Records the request to cancel a running task; `null` if it is not running any more. */
  async requestCancel(id: string, cancel: Cancellation): Promise<Task | null> {
    const answer = await this.#store.requestCancel(id, { cancel, operation: this.operation() });
    if (answer.outcome === 'missing') throw taskNotFound(id);
    return answer.outcome === 'conflict' ? null : answer.task;
  }

  /** Writes facts about a running task that leave its status as it is. */
  async describe(id: string, set: TaskPatch): Promise<void> {
    await this.#store.transition(id, {
      from: ['running'],
      owner: null,
      set,
      operation: this.operation(),
    });
  }

  /** @throws {@link TaskMonitorError} TASK_NOT_FOUND */
  async read(id: string): Promise<Task> {
    const task = await this.#store.get(id);
    if (task === null) throw taskNotFound(id);
    return task;
  }

  async remove(id: string): Promise<Task> {
    const answer = await this.#store.remove(id, this.operation());
    if (answer.outcome === 'missing') throw taskNotFound(id);
    if (answer.outcome === 'conflict') throw invalidTransition('remove', answer.task);
    return answer.task;
  }

  #write(
    verb: 'start' | 'complete' | 'fail',
    id: string,
    set: TaskPatch,
    owner: string | null,
    driver: 'caller' | 'runner' | undefined,
    operation: Operation,
  ): Prompt<Task> {
    const from = ALLOWED_FROM[verb];
    const answer = this.#store.transition(id, { from, owner, driver, set, operation });
    if (!isComing(answer)) return this.#answered(verb, id, answer, set.error);
    return answer.then(
      (later) => this.#answered(verb, id, later, set.error),
      (error: unknown) => {
        if (verb === 'start' && driver === 'caller')
          this.#unanswered.failed(verb, id, operation, error);
        throw error;
      },
    );
  }

  #answered(verb: Verb, id: string, answer: WriteResult, error?: TaskFailure): Prompt<Task> {
    this.#wrote(answer.task);
    return answer.outcome === 'applied' ? answer.task : this.#otherwise(verb, id, answer, error);
  }

  #wrote(task: Task | null): void {
    if (task !== null) this.onWritten?.(task);
  }

  #otherwise(verb: Verb, id: string, answer: WriteResult, error?: TaskFailure): Prompt<Task> {
    if (answer.outcome === 'missing') throw taskNotFound(id);
    if (answer.outcome !== 'conflict') return answer.task;
    switch (judge(verb, answer.task, this.id)) {
      case 'repeat':
      case 'ignore':
        return answer.task;
      case 'late':
        return this.#noteLate(answer.task, verb === 'complete' ? 'completed' : 'failed', error);
      case 'refuse':
        throw invalidTransition(verb, answer.task);
    }
  }

  /** The first late outcome is the one that tells what the work really did. */
  async #noteLate(
    task: Task,
    status: LateOutcome['status'],
    error: TaskFailure | undefined,
  ): Promise<Task> {
    if (task.execution.lateOutcome !== null) return task;
    const lateOutcome = Object.freeze({
      status,
      at: this.#clock.now(),
      message: error?.message ?? null,
    });
    const answer = await this.#store.transition(task.id, {
      from: FINISHED_STATUSES,
      owner: null,
      version: task.version,
      set: { lateOutcome },
      operation: this.operation(),
    });
    // Removed in between: there is nothing left to note it on.
    if (answer.outcome === 'missing') return task;
    return answer.outcome === 'conflict' ? this.#noteLate(answer.task, status, error) : answer.task;
  }
}

/** Whether a task is one that was wanted like this, at whatever moment. */
function isMadeAs(wanted: NewTask, { execution, ...task }: Task): boolean {
  return isDeepStrictEqual(madeAs(wanted), madeAs({ ...task, parent: execution.parent }));
}

/** As plain JSON, since a store may keep it as that. */
function madeAs({
  type,
  name,
  command,
  metadata,
  tags,
  parent,
}: Pick<NewTask, 'type' | 'name' | 'command' | 'metadata' | 'tags' | 'parent'>): unknown {
  return JSON.parse(JSON.stringify([type, name, command, metadata, tags, parent]));
}

function created(answer: CreateResult): Created {
  if (answer.outcome === 'exists') throw taskExists(answer.task);
  if (answer.outcome === 'full') throw capacity(answer.limit);
  return answer;
}

function taskExists({ id, status }: Task): TaskMonitorError {
  return new TaskMonitorError(
    'TASK_EXISTS',
    `Cannot register task "${id}": a task with this id is kept already, ${status}. Leave \`id\` out, or use \`idempotencyKey\` to get that task.`,
    { details: { id, status } },
  );
}

function capacity({ name, value }: StoreLimit): TaskMonitorError {
  const why =
    name === 'maxActive'
      ? `${value} are pending or running, as many as the store takes`
      : `with it, those pending or running would take more than the ${value} bytes of the store's \`maxBytes\``;
  return new TaskMonitorError(
    'CAPACITY',
    `Cannot register a task: ${why}. Finish or cancel some, or raise its limit.`,
    { details: { [name]: value } },
  );
}

import {
  type AppendOutputRequest,
  type CancelRequest,
  type ChangePage,
  type CreateRequest,
  type CreateResult,
  type ExpireAnswer,
  type ExpireRequest,
  isFinished,
  type LeaseAnswer,
  type LeaseRequest,
  type LeaseState,
  type ListPage,
  type ListRequest,
  type Operation,
  patchTask,
  type Position,
  type ProgressRequest,
  type PruneAnswer,
  type PruneRequest,
  type Task,
  type TaskCounts,
  type TaskFilter,
  TaskMonitorError,
  type TaskOutput,
  type TaskPatch,
  type TransitionRequest,
  type WriteResult,
} from '@task-monitor/core';
import { Changes, changeTypeOf, type TaskChangeType } from './changes.js';
import type { Connection } from './connection.js';
import { Counters } from './counters.js';
import { Definitions } from './definitions.js';
import { Leases } from './leases.js';
import { Operations } from './operations.js';
import { Output } from './output.js';
import { Search } from './search.js';
import { countsInSteps, numbersInSteps, type Turn } from './search-in-steps.js';
import { TaskTable } from './task-table.js';

/** Tasks that one transaction removes or fails at most. */
const SLICE = 500;

export interface TablesOptions {
  readonly keptChanges: number;
  readonly now: () => number;
}

/**
 * Every method of the store, as it is done inside a transaction. Nothing in it waits, and what it knows besides the database
 * it forgets when the transaction did not happen, or when somebody else has written.
 */
export class Tables {
  readonly #definitions: Definitions;
  readonly #counters: Counters;
  readonly #tasks: TaskTable;
  readonly #search: Search;
  readonly #output: Output;
  readonly #done: Operations;
  readonly #changes: Changes;
  readonly #leases: Leases;
  readonly #connection: Connection;
  #dataVersion: number | null = null;

  constructor(connection: Connection, { keptChanges, now }: TablesOptions) {
    this.#connection = connection;
    this.#definitions = new Definitions(connection);
    this.#counters = new Counters(connection);
    this.#tasks = new TaskTable(connection, this.#definitions, this.#counters);
    this.#search = new Search(connection, this.#counters);
    this.#output = new Output(connection);
    this.#done = new Operations(connection);
    this.#changes = new Changes(connection, this.#definitions, uuidOf(connection), keptChanges);
    this.#leases = new Leases(connection, now);
  }

  create({ task: made, idempotencyKey, operation }: CreateRequest): CreateResult {
    const twin = idempotencyKey === null ? null : this.#tasks.byKey(idempotencyKey);
    if (twin !== null) return { outcome: 'duplicate', task: twin };
    const namesake = this.#tasks.byId(made.id);
    if (namesake !== null)
      return { outcome: this.#done.has(operation) ? 'duplicate' : 'exists', task: namesake };
    const [task, state] = this.#tasks.add(made, idempotencyKey);
    this.#changes.changed('task.registered', task.number, state);
    this.#done.add(operation, this.#changes.last);
    return { outcome: 'applied', task };
  }

  transition(
    id: string,
    { from, owner, version, driver, set, operation }: TransitionRequest,
  ): WriteResult {
    const task = this.#tasks.toWrite(id);
    if (task === null) return MISSING;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    const isExpected =
      from.includes(task.status) &&
      (owner === null || task.execution.owner?.id === owner) &&
      (version === undefined || task.version === version) &&
      (driver === undefined || task.execution.driver === driver);
    if (!isExpected) return { outcome: 'conflict', task };
    return this.#apply(task, set, operation);
  }

  progress(id: string, { update, at, owner, operation }: ProgressRequest): WriteResult {
    const task = this.#tasks.toWrite(id);
    if (task === null) return MISSING;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    if (task.status !== 'running' || (owner !== null && task.execution.owner?.id !== owner))
      return { outcome: 'conflict', task };
    return this.#apply(task, { progress: update, progressAt: at }, operation);
  }

  requestCancel(id: string, { cancel, operation }: CancelRequest): WriteResult {
    const task = this.#tasks.toWrite(id);
    if (task === null) return MISSING;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    if (task.status !== 'running') return { outcome: 'conflict', task };
    if (task.execution.cancel !== null) return { outcome: 'duplicate', task };
    return this.#apply(task, { cancel }, operation, 'task.cancel-requested');
  }

  appendOutput(id: string, { lines, operation }: AppendOutputRequest): WriteResult {
    const before = this.#tasks.toWrite(id);
    if (before === null) return MISSING;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task: before };
    if (isFinished(before.status)) return { outcome: 'conflict', task: before };
    const added = this.#output.append(before.number, lines);
    const task = patchTask(before, {});
    this.#changes.output(task.number, this.#tasks.write(before, task), added);
    this.#done.add(operation, this.#changes.last);
    return { outcome: 'applied', task };
  }

  readOutput(id: string, after: number): TaskOutput | null {
    const number = this.#tasks.numberOf(id);
    return number === null ? null : this.#output.after(number, after);
  }

  get(id: string): Task | null {
    return this.#tasks.byId(id);
  }

  /** Whether a list or a count should be made in steps. */
  isLong(filter: TaskFilter): boolean {
    return this.#search.isLong(filter);
  }

  list(request: ListRequest): ListPage {
    return this.#page(request, this.#search.numbers(request));
  }

  async listInSteps(request: ListRequest, turn: Turn): Promise<ListPage> {
    return this.#page(request, await numbersInSteps(this.#search, request, turn));
  }

  countsInSteps(filter: TaskFilter, turn: Turn): Promise<TaskCounts> {
    return countsInSteps(this.#search, filter, turn);
  }

  counts(filter: TaskFilter): TaskCounts {
    return this.#search.counts(filter);
  }

  parents(ids: readonly string[]): readonly string[] {
    return this.#search.parents(ids);
  }

  changesAfter(position: Position | null, limit: number): ChangePage {
    return this.#changes.after(position, limit);
  }

  positionOfNow(): Position {
    return this.#changes.positionOfNow();
  }

  renewLease(request: LeaseRequest): LeaseAnswer {
    const outcome = this.#leases.renew(request);
    return { outcome, cancelRequested: this.#tasks.cancelRequested(request.owner.id) };
  }

  releaseLease(ownerId: string): void {
    this.#leases.release(ownerId);
  }

  expireLeases(request: ExpireRequest): ExpireAnswer {
    const { error, endedBy, at, operation } = request;
    const limit = Math.min(request.limit, SLICE);
    const [dead, victims] = this.#victims(request, limit + 1);
    const more = victims.length > limit;
    const tasks = victims.slice(0, limit).map((task) => {
      const set: TaskPatch = { status: 'failed', completedAt: at, error, endedBy };
      return this.#apply(task, set, operation).task;
    });
    if (!more) for (const ownerId of dead) this.#leases.release(ownerId);
    return { tasks, more, holders: this.#leases.holders() };
  }

  leases(): readonly LeaseState[] {
    return this.#leases.states();
  }

  prune(request: PruneRequest): PruneAnswer {
    const limit = Math.min(request.limit, SLICE);
    const numbers = this.#search.prunable(request, limit);
    const going = numbers.slice(0, limit).map((number) => this.#tasks.byNumber(number) as Task);
    if (going.length > 0) this.#forget(going);
    return { removed: going.length, more: numbers.length > limit };
  }

  remove(id: string): WriteResult {
    const task = this.#tasks.byId(id);
    if (task === null) return MISSING;
    if (!isFinished(task.status)) return { outcome: 'conflict', task };
    this.#forget([task]);
    return { outcome: 'applied', task };
  }

  /**
   * Begins a transaction that writes. What the ones before left in memory stays true, unless somebody else has written since
   * (https://sqlite.org/pragma.html#pragma_data_version).
   */
  begin(): void {
    const version = this.#connection.get<{ readonly data_version: number }>('PRAGMA data_version');
    if (version?.data_version === this.#dataVersion) return;
    this.#unlearn();
    this.#dataVersion = version?.data_version ?? null;
  }

  /** Writes what is left to be written at the end of a transaction. Answers whether it made a change. */
  settle(): boolean {
    this.#counters.settle();
    return this.#changes.settle();
  }

  /** The transaction did not happen. */
  takenBack(): void {
    this.#definitions.forget();
    this.#unlearn();
  }

  /** The transaction is over, whichever way. */
  over(): void {
    this.#counters.forget();
    this.#changes.over();
  }

  #unlearn(): void {
    this.#tasks.forget();
    this.#changes.forget();
    this.#done.forget();
  }

  #page({ limit }: ListRequest, numbers: readonly number[]): ListPage {
    const tasks = numbers.slice(0, limit).map((number) => this.#tasks.byNumber(number) as Task);
    return { tasks, more: numbers.length > limit };
  }

  #apply(
    before: Task,
    set: TaskPatch,
    operation: Operation,
    type?: TaskChangeType,
  ): { readonly outcome: 'applied'; readonly task: Task } {
    const task = patchTask(before, set);
    const state = this.#tasks.write(before, task);
    this.#changes.changed(type ?? changeTypeOf(before.status, task), task.number, state);
    this.#done.add(operation, this.#changes.last);
    return { outcome: 'applied', task };
  }

  #forget(tasks: readonly Task[]): void {
    const position = this.#changes.removed(tasks.map(({ id }) => id));
    for (const task of tasks) {
      this.#output.remove(task.number);
      this.#tasks.remove(task, position);
    }
  }

  /** The owners that are dead, and up to `limit` of their active tasks. */
  #victims(
    request: ExpireRequest,
    limit: number,
  ): readonly [dead: ReadonlySet<string>, victims: readonly Task[]] {
    const dead = new Set(request.dead);
    const ranOut = request.expired ? this.#leases.ranOut(request) : null;
    for (const ownerId of ranOut ?? []) dead.add(ownerId);
    const gone = [...dead];
    // An owner may have lost its lease between looking at it and writing a task.
    if (ranOut !== null || request.withoutLease)
      for (const ownerId of this.#tasks.owners())
        if (!dead.has(ownerId) && !this.#leases.isHeldBy(ownerId)) gone.push(ownerId);
    const victims: Task[] = [];
    for (const ownerId of gone) {
      if (victims.length === limit) break;
      victims.push(...this.#tasks.activeOf(ownerId, limit - victims.length));
    }
    return [dead, victims];
  }
}

const MISSING: WriteResult = Object.freeze({ outcome: 'missing', task: null });

function uuidOf(connection: Connection): string {
  const row = connection.get<{ readonly uuid: string }>('SELECT uuid FROM store');
  if (row === undefined)
    throw new TaskMonitorError('STORE_CORRUPT', 'The store does not know its own name.');
  return row.uuid;
}

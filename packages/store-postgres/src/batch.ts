import type { Operation, Task } from '@task-monitor/core';
import type { ApplyAnswer } from './apply-answer.js';
import { ApplyInput } from './apply-input.js';
import type { KeptTask } from './kept-task.js';
import type { KnownTasks } from './known-tasks.js';
import type { PendingWrite } from './pending-write.js';
import type { Verdict } from './write.js';

/** The writes to one task, one after the other. */
interface Group {
  readonly id: string;
  /** The task as it is known; `null` if nothing is known of it, which is taken for: there is none. */
  readonly before: KeptTask | null;
  after: KeptTask | null;
  readonly decided: { readonly pending: PendingWrite; readonly verdict: Verdict }[];
  /** Whether the task goes. What comes then waits for the next batch. */
  removed: boolean;
}

/** More would make those that come first wait for the last. */
const MOST_WRITES = 500;

const MOST_CHARACTERS = 2_000_000;

/**
 * Writes of one moment, decided one after the other from what is known of their tasks, and put into one statement. If
 * something was not as it was known, they are decided anew in another batch.
 */
export class Batch {
  readonly #known: KnownTasks;
  readonly #groups = new Map<string, Group>();
  /** The group that each idempotency key is of, and each operation, by writer and sequence: another one with the same waits. */
  readonly #keys = new Map<string, Group>();
  readonly #operations = new Map<string, Map<number, Group>>();
  /** Batches that were sent and are not answered: what is of a task of theirs waits. */
  readonly #underWay: ReadonlySet<Batch>;
  #writes = 0;
  #characters = 0;

  constructor(known: KnownTasks, underWay: ReadonlySet<Batch> = new Set()) {
    this.#known = known;
    this.#underWay = underWay;
  }

  get size(): number {
    return this.#writes;
  }

  /** Whether it writes to this task. */
  has(id: string): boolean {
    return this.#groups.has(id);
  }

  get writes(): readonly PendingWrite[] {
    return [...this.#groups.values()].flatMap(({ decided }) =>
      decided.map(({ pending }) => pending),
    );
  }

  get isFull(): boolean {
    return this.#writes >= MOST_WRITES || this.#characters >= MOST_CHARACTERS;
  }

  /** `false` if it has to wait for another batch. */
  add(pending: PendingWrite): boolean {
    const { write } = pending;
    const { operation, idempotencyKey: key } = write;
    if (this.#writes > 0 && this.#characters + pending.size > MOST_CHARACTERS) return false;
    const id = this.#known.idOfKey(key) ?? write.id;
    for (const other of this.#underWay) if (other.#concerns(id, operation, key)) return false;
    const group = this.#groups.get(id) ?? this.#newGroup(id);
    const doer = this.#doerOf(operation);
    const holder = this.#holderOf(key);
    if (group.removed || (doer && doer !== group) || (holder && holder !== group)) return false;
    const isDone = pending.done || doer !== undefined;
    const verdict = write.decide(group.after, isDone);
    if (verdict.outcome === 'other-task') {
      this.#known.forgetKey(key);
      return this.add(pending);
    }
    if (verdict.effect) {
      // Nobody could tell of a task that came and went at once.
      if (verdict.effect.kept === null && group.before === null) return false;
      group.after = verdict.effect.kept;
      group.removed = verdict.effect.kept === null;
      this.#noteDoer(operation, group);
    }
    if (key !== null) this.#keys.set(key, group);
    group.decided.push({ pending, verdict });
    this.#groups.set(id, group);
    this.#writes++;
    this.#characters += pending.size;
    return true;
  }

  /** What the database is asked to do. */
  input(): ApplyInput {
    const input = new ApplyInput();
    for (const group of this.#groups.values()) describe(input, group);
    return input;
  }

  /** Notes what every write was to be answered with, as the answer of the database got lost. */
  noteLost(): void {
    for (const { decided } of this.#groups.values())
      for (const { pending, verdict } of decided) pending.lost = verdict;
  }

  /** Learns what there is, where something else was expected. */
  learn(answer: ApplyAnswer): void {
    for (const { id, task } of answer.found) {
      if (task === null) this.#known.forget(id);
      else this.#known.learn(task);
    }
    for (const pending of this.writes) {
      pending.misses++;
      pending.done ||= answer.wasDone(pending.write.operation);
    }
  }

  /** Answers all writes, as they were done. `lastNumber` is of the last task before those that were created. */
  settle(lastNumber: number): void {
    let number = lastNumber;
    for (const { id, before, after, decided } of this.#groups.values()) {
      const isNew = before === null && after !== null;
      if (isNew) number++;
      const numbered = (task: Task): Task => (isNew ? Object.freeze({ ...task, number }) : task);
      if (after === null) this.#known.forget(id);
      else this.#known.learn({ ...after, task: numbered(after.task) });
      for (const { pending, verdict } of decided)
        pending.settle({
          outcome: verdict.outcome,
          task: verdict.task && numbered(verdict.task),
        });
    }
  }

  #newGroup(id: string): Group {
    const kept = this.#known.get(id) ?? null;
    return { id, before: kept, after: kept, decided: [], removed: false };
  }

  #concerns(id: string, operation: Operation, key: string | null): boolean {
    return (
      this.#groups.has(id) ||
      this.#doerOf(operation) !== undefined ||
      this.#holderOf(key) !== undefined
    );
  }

  #holderOf(key: string | null): Group | undefined {
    return key === null ? undefined : this.#keys.get(key);
  }

  #doerOf({ writer, sequence }: Operation): Group | undefined {
    return this.#operations.get(writer)?.get(sequence);
  }

  #noteDoer({ writer, sequence }: Operation, group: Group): void {
    const done = this.#operations.get(writer) ?? new Map<number, Group>();
    this.#operations.set(writer, done.set(sequence, group));
  }
}

function describe(input: ApplyInput, { id, before, after, decided }: Group): void {
  const place =
    before === null ? (after === null ? null : input.newPlace()) : { number: before.task.number };
  for (const { pending, verdict } of decided) {
    const { write, done } = pending;
    const { effect, outcome } = verdict;
    if (write.idempotencyKey !== null && outcome !== 'duplicate')
      input.expectKeyFree(write.idempotencyKey);
    if (!done) input.operation(write.operation, effect !== null);
    if (effect?.kept && place) input.change(place, effect, effect.kept);
    else if (effect && before) input.removal([before.task]);
  }
  const wasThere = before?.task ?? null;
  if (after !== null && after !== before && place) input.leave(place, after, wasThere);
  else input.expect(id, wasThere);
  const task = (after ?? before)?.task;
  if (task) input.count(task, before?.task.status ?? null, after?.task.status ?? null);
}

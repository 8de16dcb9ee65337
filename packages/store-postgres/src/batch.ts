import type { Task } from '@task-monitor/core';
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
  /** Idempotency keys and operations, and the group that they are of: another group with the same waits. */
  readonly #claims = new Map<string, Group>();
  #writes = 0;
  #characters = 0;

  constructor(known: KnownTasks) {
    this.#known = known;
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
    if (this.#writes > 0 && this.#characters + pending.size > MOST_CHARACTERS) return false;
    const id = this.#known.idOfKey(write.idempotencyKey) ?? write.id;
    const group = this.#groups.get(id) ?? this.#newGroup(id);
    const operation = `operation ${write.operation.sequence} ${write.operation.writer}`;
    const key = write.idempotencyKey === null ? null : `key ${write.idempotencyKey}`;
    if (group.removed || this.#isAnothers(operation, group) || this.#isAnothers(key, group))
      return false;
    const isDone = pending.done || this.#claims.has(operation);
    const verdict = write.decide(group.after, isDone);
    if (verdict.outcome === 'other-task') {
      this.#known.forgetKey(write.idempotencyKey);
      return this.add(pending);
    }
    if (verdict.effect) {
      // Nobody could tell of a task that came and went at once.
      if (verdict.effect.kept === null && group.before === null) return false;
      group.after = verdict.effect.kept;
      group.removed = verdict.effect.kept === null;
      this.#claims.set(operation, group);
    }
    if (key !== null) this.#claims.set(key, group);
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
        pending.settle({ ...verdict, task: verdict.task && numbered(verdict.task) });
    }
  }

  #newGroup(id: string): Group {
    const kept = this.#known.get(id) ?? null;
    return { id, before: kept, after: kept, decided: [], removed: false };
  }

  #isAnothers(claim: string | null, group: Group): boolean {
    const claimed = claim === null ? undefined : this.#claims.get(claim);
    return claimed !== undefined && claimed !== group;
  }
}

function describe(input: ApplyInput, { id, before, after, decided }: Group): void {
  input.expect(id, before?.task ?? null);
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
  if (after !== null && after !== before && place) input.leave(place, after);
  const task = (after ?? before)?.task;
  if (task) input.count(task, before?.task.status ?? null, after?.task.status ?? null);
}

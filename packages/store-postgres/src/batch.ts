import type { Task } from '@task-monitor/core';
import { ApplyInput } from './apply-input.js';
import type { ApplyAnswer } from './apply-answer.js';
import type { KeptTask } from './kept-task.js';
import type { KnownTasks } from './known-tasks.js';
import type { Verdict, Write } from './write.js';

/** A write that somebody waits for. */
export interface PendingWrite {
  readonly write: Write;
  /** Characters, more or less. */
  readonly size: number;
  /** How often something else was found than was known. */
  misses: number;
  /** It was found that the same operation was done before. */
  done: boolean;
  /** It was found that there is no such task. */
  absent: boolean;
  /** What was to be answered when it was sent and no answer came. */
  lost: Verdict | null;
  /** It spoiled what it was sent with, or was spoiled: it goes alone. */
  alone: boolean;
  settled: boolean;
  settle(verdict: Verdict): void;
  reject(error: unknown): void;
}

interface Decided {
  readonly pending: PendingWrite;
  /** `null` as long as nothing is known of the task. */
  readonly verdict: Verdict | null;
}

/** The writes to one task, one after the other. */
interface Group {
  readonly id: string;
  /** The task in the database, as far as known: `null` there is none, `undefined` not known. */
  readonly before: KeptTask | null | undefined;
  after: KeptTask | null | undefined;
  readonly decided: Decided[];
  removed: boolean;
}

/** More would make those that come first wait for the last. */
const MOST_WRITES = 500;

const MOST_CHARACTERS = 2_000_000;

/**
 * Writes of one moment, decided one after the other from what is known of their tasks, and put into one statement. What was
 * not as it was known is decided anew, in another batch.
 */
export class Batch {
  readonly #known: KnownTasks;
  readonly #groups = new Map<string, Group>();
  readonly #keys = new Map<string, Group>();
  readonly #operations = new Map<string, Group>();
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
    const group = this.#groups.get(id) ?? this.#newGroup(id, pending);
    const operation = `${write.operation.sequence} ${write.operation.writer}`;
    const key = write.idempotencyKey;
    if (group.removed || isAnothers(this.#operations, operation, group)) return false;
    if (key !== null && isAnothers(this.#keys, key, group)) return false;
    if (group.after === undefined && write.begins && group.decided.length === 0) group.after = null;
    const verdict =
      group.after === undefined
        ? null
        : write.decide(group.after, pending.done || this.#operations.has(operation));
    if (verdict?.outcome === 'other-task') {
      this.#known.forgetKey(key);
      return this.add(pending);
    }
    if (verdict?.effect) {
      // Nobody could tell of a task that was created and removed at once.
      if (verdict.effect.kept === null && !group.before) return false;
      group.after = verdict.effect.kept;
      group.removed = verdict.effect.kept === null;
      this.#operations.set(operation, group);
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
    let at = 0;
    for (const group of this.#groups.values()) describe(input, at++, group);
    return input;
  }

  /** Notes what every write was to be answered with, as the answer of the database got lost. */
  noteLost(): void {
    for (const { decided } of this.#groups.values())
      for (const { pending, verdict } of decided) pending.lost = verdict;
  }

  /** Learns what there is where something else was expected, and returns the writes that are to be decided anew. */
  missed(answer: ApplyAnswer): readonly PendingWrite[] {
    const absent = new Set<string>();
    for (const { id, task } of answer.found) {
      if (task !== null) this.#known.learn(task);
      else if (id !== null) absent.add(id);
    }
    for (const id of absent) this.#known.forget(id);
    const missed: PendingWrite[] = [];
    for (const [at, group] of [...this.#groups.values()].entries()) {
      if (!answer.missed.has(at)) continue;
      for (const { pending } of group.decided) {
        pending.misses++;
        pending.done ||= answer.wasDone(pending.write.operation);
        pending.absent = absent.has(pending.write.id);
        missed.push(pending);
      }
    }
    return missed;
  }

  /** Answers the writes that were done. */
  settle(answer: ApplyAnswer): void {
    for (const [at, group] of [...this.#groups.values()].entries()) {
      if (answer.missed.has(at)) continue;
      const number = answer.numbers.get(at);
      if (group.after)
        this.#known.learn({ ...group.after, task: numbered(group.after.task, number) });
      else this.#known.forget(group.id);
      for (const { pending, verdict } of group.decided)
        if (verdict !== null) pending.settle(withNumber(verdict, number));
    }
  }

  #newGroup(id: string, { write, absent }: PendingWrite): Group {
    const known = this.#known.get(id);
    const kept = known === undefined && absent && write.id === id ? null : known;
    return { id, before: kept, after: kept, decided: [], removed: false };
  }
}

function isAnothers(claims: ReadonlyMap<string, Group>, name: string, group: Group): boolean {
  const claimed = claims.get(name);
  return claimed !== undefined && claimed !== group;
}

function describe(input: ApplyInput, at: number, group: Group): void {
  const { id, before, after, decided } = group;
  input.expect(at, id, after === undefined ? -1 : (before?.task.version ?? 0));
  let last: ReturnType<ApplyInput['change']> | null = null;
  let created = !!before;
  for (const { pending, verdict } of decided) {
    const { write, done } = pending;
    const key = write.idempotencyKey;
    if (key !== null && verdict?.outcome !== 'duplicate') input.expectKeyFree(at, key);
    const effect = verdict?.effect;
    if (!done) input.operation(at, write.operation, !!effect);
    if (!effect) continue;
    if (effect.kept === null) {
      input.removal(at, [id]);
      continue;
    }
    if (!created) input.create(at, effect.kept);
    created = true;
    last = input.change(at, effect.type, effect.kept, effect.lines);
  }
  if (last !== null) last.last = true;
  const counted = after ?? before;
  if (counted)
    input.count(at, counted.task, before?.task.status ?? null, after?.task.status ?? null);
}

function withNumber(verdict: Verdict, number: number | undefined): Verdict {
  if (verdict.task === null || number === undefined) return verdict;
  return { ...verdict, task: numbered(verdict.task, number) };
}

function numbered(task: Task, number: number | undefined): Task {
  return number === undefined ? task : Object.freeze({ ...task, number });
}

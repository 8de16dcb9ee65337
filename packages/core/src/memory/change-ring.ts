import type { Change, ChangePage, ChangesRequest, OutputLine, Position } from '../store.js';
import type { Task } from '../task.js';

type TaskChangeType = Exclude<Change['type'], 'task.output' | 'task.removed'>;

/** Lines of output and the task they belong to. */
interface OutputPart {
  readonly task: Task;
  readonly lines: readonly OutputLine[];
}

/**
 * The last changes, in the order of the writes. A position is the number of changes made so far, behind a name of this
 * ring, so that a position of another store, or of this one before a restart, is recognised.
 */
export class ChangeRing {
  readonly #name = Math.random().toString(36).slice(2, 10);
  /** Types and subjects side by side: a change becomes an object only when somebody reads it. */
  readonly #types: Change['type'][] = [];
  readonly #subjects: (Task | OutputPart | readonly string[])[] = [];
  readonly #capacity: number;
  #count = 0;
  /** Changes up to this number are gone. */
  #forgotten = 0;
  #base = 0;
  /** The newest position that anybody knows: without readers there is nothing worth keeping. */
  #told = -Infinity;
  #outputBytes = 0;
  readonly #waiting = new Set<() => void>();

  /** `capacity` changes are kept, fewer when they hold more than {@link MAX_OUTPUT_BYTES} of output. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  changed(type: TaskChangeType, task: Task): void {
    this.#append(type, task);
  }

  output(task: Task, lines: readonly OutputLine[]): void {
    this.#append('task.output', { task, lines });
    if (this.#forgotten === this.#count) return;
    this.#outputBytes += outputBytes(lines);
    while (this.#outputBytes > MAX_OUTPUT_BYTES && this.#forgotten < this.#count - 1)
      this.#forgetOldest();
  }

  removed(ids: readonly string[]): void {
    this.#append('task.removed', ids);
  }

  async after(
    position: Position | null,
    { limit, waitMs, signal }: ChangesRequest,
  ): Promise<ChangePage> {
    const from = position === null ? this.#count : this.#numberOf(position);
    if (from === null || from < this.#forgotten) return this.#page(true, [], this.#count);
    if (position !== null && from === this.#count && waitMs > 0 && !signal?.aborted) {
      await this.#nextChange(waitMs, signal);
    }
    if (from < this.#forgotten) return this.#page(true, [], this.#count);
    const to = Math.min(this.#count, from + limit);
    const changes: Change[] = [];
    for (let number = from; number < to; number++) {
      changes.push(this.#change(number));
    }
    return this.#page(false, changes, to);
  }

  /** Answers everybody who waits. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const answer of waiting) answer();
  }

  #append(type: Change['type'], subject: Task | OutputPart | readonly string[]): void {
    if (this.#count - this.#told >= this.#capacity) return this.#pass();
    if (this.#count - this.#forgotten === this.#capacity) this.#forgetOldest();
    const slot = this.#slotOf(this.#count++);
    this.#types[slot] = type;
    this.#subjects[slot] = subject;
    if (this.#waiting.size > 0) this.wake();
  }

  /** Counts a change that no reader can ask for any more: whoever knows a position would be told `reset` anyway. */
  #pass(): void {
    this.#forgotten = this.#base = ++this.#count;
    if (this.#types.length === 0) return;
    this.#types.length = 0;
    this.#subjects.length = 0;
    this.#outputBytes = 0;
  }

  #change(number: number): Change {
    const slot = this.#slotOf(number);
    const type = this.#types[slot] as Change['type'];
    const subject = this.#subjects[slot];
    const position = this.#position(number + 1);
    if (type === 'task.removed') return { type, ids: subject as readonly string[], position };
    if (type === 'task.output') return { type, ...(subject as OutputPart), position };
    return { type, task: subject as Task, position };
  }

  /** Counted from where the keeping began, so that the arrays fill from their start and stay dense. */
  #slotOf(number: number): number {
    return (number - this.#base) % this.#capacity;
  }

  #forgetOldest(): void {
    const slot = this.#slotOf(this.#forgotten++);
    if (this.#types[slot] !== 'task.output') return;
    this.#outputBytes -= outputBytes((this.#subjects[slot] as OutputPart).lines);
    this.#subjects[slot] = [];
  }

  #nextChange(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const answer = (): void => {
        this.#waiting.delete(answer);
        signal?.removeEventListener('abort', answer);
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(answer);
      signal?.addEventListener('abort', answer, { once: true });
      if (waitMs < 2 ** 31) timer = setTimeout(answer, waitMs).unref();
    });
  }

  #position(number: number): Position {
    return `${this.#name}.${number}`;
  }

  #numberOf(position: Position): number | null {
    const [name, digits] = position.split('.', 2);
    if (name !== this.#name || digits === undefined || !/^\d{1,15}$/.test(digits)) return null;
    const number = Number(digits);
    return number <= this.#count ? number : null;
  }

  #page(reset: boolean, changes: readonly Change[], to: number): ChangePage {
    this.#told = Math.max(this.#told, to);
    return { reset, changes, position: this.#position(to) };
  }
}

/** Output lines are the one part of a change that no task still holds: 16 MiB of them at most. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

function outputBytes(lines: readonly OutputLine[]): number {
  let bytes = 0;
  for (const line of lines) bytes += line.text.length * 2;
  return bytes;
}

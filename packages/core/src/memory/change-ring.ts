import type { Change, ChangePage, ChangesRequest, OutputLine, Position } from '../store.js';
import type { Task } from '../task.js';
import { heapBytesOf } from './output-tail.js';

type TaskChangeType = Exclude<Change['type'], 'task.output' | 'task.removed'>;

/** Lines of output and the task they belong to. */
interface OutputPart {
  readonly task: Task;
  readonly lines: readonly OutputLine[];
}

interface Waiter {
  /** It has read so many changes. */
  readonly from: number;
  readonly answer: () => void;
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
  /** What each change holds that no task in the store does. */
  readonly #weights: number[] = [];
  readonly #capacity: number;
  #count = 0;
  /** Changes up to this number are gone. */
  #forgotten = 0;
  #base = 0;
  /** The newest position that anybody knows: without readers there is nothing worth keeping. */
  #told = -Infinity;
  #bytes = 0;
  readonly #waiting = new Set<Waiter>();
  /** Where the first of them waits. */
  #waitingFrom = 0;
  /** Bytes that came since, of changes. */
  #waitingBytes = 0;
  #endOfTurn: NodeJS.Immediate | null = null;
  /** One listener for a signal, however often its owner waits: to add and remove one costs more than all the rest. */
  readonly #bySignal = new WeakMap<AbortSignal, Set<() => void>>();

  /** `capacity` changes are kept, fewer when they hold more than {@link MAX_BYTES} that no task holds any more. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** `replaced`: bytes that the version before held alone, which earlier changes may go on holding. */
  changed(type: TaskChangeType, task: Task, replaced = 0): void {
    this.#append(type, task, replaced);
  }

  output(task: Task, lines: readonly OutputLine[]): void {
    if (this.#isUnread()) return this.#pass();
    let bytes = 0;
    for (const line of lines) bytes += heapBytesOf(line);
    this.#append('task.output', { task, lines }, bytes);
  }

  /** `bytes`: what the tasks took, which earlier changes may go on holding. */
  removed(ids: readonly string[], bytes = 0): void {
    this.#append('task.removed', ids, bytes);
  }

  async after(
    position: Position | null,
    { limit, waitMs, signal }: ChangesRequest,
  ): Promise<ChangePage> {
    const from = position === null ? this.#count : this.#numberOf(position);
    if (from === null || from < this.#forgotten) return this.#page(true, [], this.#count);
    if (position !== null && waitMs > 0 && !signal?.aborted && !this.#isPage(from, limit)) {
      await this.#nextChanges(from, waitMs, signal);
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
    this.#answer([...this.#waiting]);
  }

  /**
   * Whoever waits is answered once for all that one turn of the event loop brings: a thousand changes in a row are read in
   * a few pages, and not one by one. At once, when so much has come that waiting longer could cost the first of it.
   */
  #wakeSoon(weight: number): void {
    this.#waitingBytes += weight;
    const isMuch =
      this.#count - this.#waitingFrom >= Math.min(FULL_PAGE, this.#capacity / 2) ||
      this.#waitingBytes >= MAX_BYTES / 4;
    if (isMuch) this.#wakeThoseBehind();
    else this.#endOfTurn ??= setImmediate(() => this.#wakeThoseBehind());
  }

  #wakeThoseBehind(): void {
    this.#answer([...this.#waiting].filter(({ from }) => from < this.#count));
  }

  #answer(waiting: readonly Waiter[]): void {
    if (this.#endOfTurn !== null) clearImmediate(this.#endOfTurn);
    this.#endOfTurn = null;
    for (const { answer } of waiting) answer();
    this.#waitingFrom = this.#count;
    this.#waitingBytes = 0;
  }

  #append(
    type: Change['type'],
    subject: Task | OutputPart | readonly string[],
    weight: number,
  ): void {
    if (this.#isUnread()) return this.#pass();
    if (this.#count - this.#forgotten === this.#capacity) this.#forgetOldest();
    const slot = this.#slotOf(this.#count++);
    this.#types[slot] = type;
    this.#subjects[slot] = subject;
    this.#weights[slot] = weight;
    this.#bytes += weight;
    while (this.#bytes > MAX_BYTES && this.#forgotten < this.#count - 1) this.#forgetOldest();
    if (this.#waiting.size > 0) this.#wakeSoon(weight);
  }

  #isUnread(): boolean {
    return this.#count - this.#told >= this.#capacity;
  }

  /** Counts a change that no reader can ask for any more: whoever knows a position would be told `reset` anyway. */
  #pass(): void {
    this.#forgotten = this.#base = ++this.#count;
    if (this.#types.length === 0) return;
    this.#types.length = 0;
    this.#subjects.length = 0;
    this.#weights.length = 0;
    this.#bytes = 0;
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
    this.#bytes -= this.#weights[slot] as number;
    this.#subjects[slot] = NOTHING;
  }

  /**
   * Whether what came since `from` is worth an answer at once. A reader that comes back within the turn in which it was
   * answered would else read what each promise brings by itself.
   */
  #isPage(from: number, limit: number): boolean {
    const much = Math.min(limit, FULL_PAGE, this.#capacity / 2);
    return this.#count > from && (this.#count - from >= much || this.#bytes >= MAX_BYTES / 2);
  }

  #nextChanges(from: number, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const ofSignal = signal && this.#waitingWith(signal);
      const answer = (): void => {
        this.#waiting.delete(waiter);
        ofSignal?.delete(answer);
        clearTimeout(timer);
        resolve();
      };
      const waiter = { from, answer };
      if (this.#waiting.size === 0) {
        this.#waitingFrom = from;
        this.#waitingBytes = 0;
      }
      this.#waitingFrom = Math.min(this.#waitingFrom, from);
      this.#waiting.add(waiter);
      if (from < this.#count) this.#endOfTurn ??= setImmediate(() => this.#wakeThoseBehind());
      ofSignal?.add(answer);
      if (waitMs < 2 ** 31) timer = setTimeout(answer, waitMs).unref();
    });
  }

  #waitingWith(signal: AbortSignal): Set<() => void> {
    const known = this.#bySignal.get(signal);
    if (known !== undefined) return known;
    const waiting = new Set<() => void>();
    this.#bySignal.set(signal, waiting);
    signal.addEventListener('abort', () => waiting.forEach((answer) => answer()), { once: true });
    return waiting;
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

/** Of lines of output, of progress that was written over, and of tasks that were removed. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Changes that are read at a time. */
const FULL_PAGE = 1_000;

const NOTHING: readonly string[] = [];

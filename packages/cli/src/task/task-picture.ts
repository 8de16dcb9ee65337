import type { WireFullTask, WireOutputLine } from '@task-monitor/client';
import { OutputLines } from '../output-lines.js';
import { Frames } from '../terminal/frames.js';
import { LiveBlock } from '../terminal/live-block.js';
import { plainLine } from '../terminal/plain-text.js';
import type { Terminal } from '../terminal/terminal.js';
import { Pace } from './pace.js';
import { isOver, shownTask, type ShownTask } from './shown-task.js';
import { outcomeLines, taskBlock, type Trouble } from './task-block.js';

const TICK_MS = 1_000;
/** Wider than that the eye loses the row. */
const WIDEST = 100;

/** One task in a terminal: its output scrolls by, and its bar stays below it until it ends. */
export class TaskPicture {
  readonly #terminal: Terminal;
  readonly #trouble: () => Trouble | null;
  readonly #block: LiveBlock;
  readonly #frames: Frames;
  readonly #lines = new OutputLines();
  readonly #pace = new Pace();
  readonly #tick: NodeJS.Timeout;
  readonly #offResize: () => void;
  #task: ShownTask | null = null;
  #isOver = false;

  constructor(terminal: Terminal, trouble: () => Trouble | null) {
    this.#terminal = terminal;
    this.#trouble = trouble;
    this.#block = new LiveBlock(terminal);
    this.#frames = new Frames(() => this.#draw());
    this.#tick = setInterval(() => this.changed(), TICK_MS);
    this.#offResize = terminal.onResize(() => this.changed());
  }

  /** The number of the last line of output that it has. */
  get after(): number {
    return this.#lines.last;
  }

  /** What is older than what was seen is left out. */
  see(task: WireFullTask): void {
    if (this.#isOver || task.version < (this.#task?.version ?? 0)) return;
    this.#task = shownTask(task, Date.now());
    this.#pace.see(this.#task);
    this.changed();
  }

  output(lines: readonly WireOutputLine[]): void {
    const { dropped, lines: fresh } = this.#lines.take(lines);
    if (dropped > 0) this.#block.print(this.#terminal.style('dim', droppedLine(dropped)));
    for (const { text } of fresh) this.#block.print(plainLine(text));
    this.changed();
  }

  changed(): void {
    this.#frames.request();
  }

  /** Leaves the output and, if the task is over, how it ended. */
  end(): void {
    this.#isOver = true;
    clearInterval(this.#tick);
    this.#offResize();
    this.#frames.end();
    if (this.#task !== null && isOver(this.#task.status))
      for (const line of outcomeLines(this.#task, this.#terminal.style, this.#columns))
        this.#block.print(line);
    this.#block.end();
  }

  get #columns(): number {
    return Math.min(WIDEST, this.#terminal.columns);
  }

  #draw(): void {
    if (this.#task === null) return;
    const { style } = this.#terminal;
    const columns = this.#columns;
    const trouble = this.#trouble();
    // Of what is not known any more no time goes by.
    const now = trouble?.knownAt ?? Date.now();
    const setting = { columns, style, now, perSecond: this.#pace.of(this.#task, now) };
    this.#block.draw(taskBlock(this.#task, setting, trouble));
  }
}

function droppedLine(count: number): string {
  return `… ${count.toLocaleString('en-US')} lines are not kept any more`;
}

import type { WireFullTask, WireOutputLine } from '@task-monitor/client';
import { outcomeLines } from '../task/task-block.js';
import { shownTask } from '../task/shown-task.js';
import { TaskPicture } from '../task/task-picture.js';
import { plainLine } from '../terminal/plain-text.js';
import type { Terminal } from '../terminal/terminal.js';

/** Shows a command that runs. */
export interface RunView {
  /** `type` is the name of the event, as in a stream of the API. */
  changed(type: string, task: WireFullTask): Promise<void>;
  output(task: WireFullTask, lines: readonly WireOutputLine[]): Promise<void>;
  /** Nothing has happened, but what is expected of the task is another by now. */
  waited(task: WireFullTask): void;
  /** No more is to come. */
  end(): Promise<void>;
}

/** A picture in a terminal; elsewhere the output as it is, and one line on how it ended; or all of it as lines of JSON. */
export function viewOf(isJson: boolean, terminal: Terminal, errors: Terminal): RunView {
  if (isJson) return new JsonView(terminal);
  return terminal.isLive ? new LiveView(terminal) : new PlainView(terminal, errors);
}

class LiveView implements RunView {
  readonly #picture: TaskPicture;

  constructor(terminal: Terminal) {
    this.#picture = new TaskPicture(terminal, () => null);
  }

  async changed(_type: string, task: WireFullTask): Promise<void> {
    this.#picture.see(task);
  }

  async output(task: WireFullTask, lines: readonly WireOutputLine[]): Promise<void> {
    this.#picture.output(lines);
    this.#picture.see(task);
  }

  waited(task: WireFullTask): void {
    this.#picture.see(task);
  }

  async end(): Promise<void> {
    this.#picture.end();
  }
}

class JsonView implements RunView {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  changed(type: string, task: WireFullTask): Promise<void> {
    return this.#terminal.json({ type, task });
  }

  output(task: WireFullTask, lines: readonly WireOutputLine[]): Promise<void> {
    return this.#terminal.json({ type: 'task.output', task, lines });
  }

  waited(): void {}

  async end(): Promise<void> {}
}

class PlainView implements RunView {
  readonly #terminal: Terminal;
  readonly #errors: Terminal;
  #last: WireFullTask | null = null;

  constructor(terminal: Terminal, errors: Terminal) {
    this.#terminal = terminal;
    this.#errors = errors;
  }

  async changed(_type: string, task: WireFullTask): Promise<void> {
    this.#last = task;
  }

  async output(_task: WireFullTask, lines: readonly WireOutputLine[]): Promise<void> {
    for (const { stream, text } of lines)
      await (stream === 'stdout' ? this.#terminal : this.#errors).line(plainLine(text));
  }

  waited(): void {}

  async end(): Promise<void> {
    if (this.#last === null) return;
    const { style, columns } = this.#errors;
    for (const line of outcomeLines(shownTask(this.#last, Date.now()), style, columns))
      await this.#errors.line(line);
  }
}

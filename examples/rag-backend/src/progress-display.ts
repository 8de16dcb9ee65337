import { describeProgress, type Task, type TaskEvent } from '@task-monitor/core';

/** Where the display writes: a terminal, or anything else that takes text. */
export interface DisplayTarget {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const BAR_WIDTH = 24;
const MARKS: Record<Task['status'], string> = {
  pending: '·',
  running: '▸',
  completed: '✓',
  failed: '✗',
  cancelled: '–',
};

/** Shows tasks as they go: bars that are redrawn in place in a terminal, one plain line per change elsewhere. */
export class ProgressDisplay {
  readonly #target: DisplayTarget;
  readonly #tasks = new Map<string, Task>();
  readonly #said = new Map<string, string>();
  #linesDrawn = 0;

  constructor(target: DisplayTarget) {
    this.#target = target;
  }

  show(event: TaskEvent): void {
    if (!('task' in event) || event.type === 'task.output') return;
    this.#tasks.set(event.task.id, event.task);
    if (this.#target.isTTY) this.#redraw();
    else this.#say(event.task);
  }

  #say(task: Task): void {
    const line = `${task.status.padEnd(9)} ${titleOf(task)}${detailOf(task)}`;
    if (this.#said.get(task.id) === line) return;
    this.#said.set(task.id, line);
    this.#target.write(`${line}\n`);
  }

  #redraw(): void {
    // A pseudo terminal that nobody sized says 0.
    const width = this.#target.columns || 80;
    // What has scrolled out of sight cannot be redrawn: the newest that fit are shown.
    const tasks = [...this.#tasks.values()].slice(1 - (this.#target.rows || 24));
    const lines = tasks.map((task) => {
      const percent = task.status === 'completed' ? 100 : (task.progress?.percent ?? 0);
      const filled = Math.round((percent / 100) * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      return `${MARKS[task.status]} ${bar} ${titleOf(task)}${detailOf(task)}`.slice(0, width - 1);
    });
    const up = this.#linesDrawn > 0 ? `\u001b[${this.#linesDrawn}A` : '';
    this.#target.write(up + lines.map((line) => `\u001b[2K${line}\n`).join(''));
    this.#linesDrawn = lines.length;
  }
}

function titleOf(task: Task): string {
  const { videos, video_ids: videoIds } = task.metadata as {
    videos?: readonly string[];
    video_ids?: readonly string[];
  };
  return `${task.type ?? 'task'} ${task.name ?? (videos ?? videoIds ?? []).join(', ')}`;
}

function detailOf(task: Task): string {
  if (task.error !== null) return `: ${task.error.message.split('\n')[0]}`;
  const said = describeProgress(task.progress);
  return said === null ? '' : `: ${said}`;
}

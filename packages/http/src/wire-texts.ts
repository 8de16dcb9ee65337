import type { OutputLine, Task } from '@task-monitor/core';
import type { WireOutputLine } from './contract/output.js';
import type { WireTask } from './contract/task.js';
import { entityTag } from './entity-tag.js';
import {
  type FullWireOptions,
  timestamp,
  type TimestampFormat,
  toFullWire,
  toWire,
} from './wire.js';

export interface WireText {
  /** The task as JSON. */
  readonly text: string;
  /** Its length as UTF-8. */
  readonly bytes: number;
}

/**
 * The JSON of tasks, remembered while they are read often: writing it costs more than everything else about a list. A task
 * never changes, a write makes a new one, so what is remembered of it is never wrong.
 */
export class WireTexts {
  readonly #format: TimestampFormat;
  /** Two generations: when the younger is full it becomes the older, and what is not read again is forgotten. */
  #young = new WeakMap<Task, WireText>();
  #old = new WeakMap<Task, WireText>();
  #youngBytes = 0;
  /** As long as the text is remembered that they name. */
  readonly #tags = new WeakMap<WireText, string>();

  constructor(format: TimestampFormat) {
    this.#format = format;
  }

  of(task: Task): WireText {
    const young = this.#young.get(task);
    if (young !== undefined) return young;
    const known = this.#old.get(task) ?? this.#write(task);
    if (this.#youngBytes + known.bytes > GENERATION_BYTES) {
      this.#old = this.#young;
      this.#young = new WeakMap();
      this.#youngBytes = 0;
    }
    this.#young.set(task, known);
    this.#youngBytes += known.bytes;
    return known;
  }

  /** The entity tag of what {@link of} gives. */
  tag(task: Task): string {
    const known = this.of(task);
    let tag = this.#tags.get(known);
    if (tag === undefined) this.#tags.set(known, (tag = entityTag(task, known.text)));
    return tag;
  }

  /** Everything that is known of it at the instant `now`: not remembered, since that changes. */
  full(task: Task, options: FullWireOptions): WireText {
    return wireText(toFullWire(task, this.#format, options));
  }

  /** Lines of output, as JSON. */
  lines(lines: readonly OutputLine[]): string {
    const wire: readonly WireOutputLine[] = lines.map(({ number, stream, text, at }) => ({
      number,
      stream,
      text,
      at: this.timestamp(at),
    }));
    return JSON.stringify(wire);
  }

  timestamp(at: number): string {
    return timestamp(at, this.#format);
  }

  #write(task: Task): WireText {
    return wireText(toWire(task, this.#format));
  }
}

function wireText(wire: WireTask): WireText {
  const text = JSON.stringify(wire);
  return { text, bytes: Buffer.byteLength(text) };
}

/** 2 MiB: two of the longest lists there are. Both generations together hold at most twice as much. */
const GENERATION_BYTES = 2_097_152;

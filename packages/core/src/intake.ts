import { toFailure } from './failure.js';
import {
  type LogLine,
  optionalMessage,
  outputLines,
  type ProgressInput,
  progressUpdate,
  type RegisterOptions,
  stepName,
  storedFilter,
  type TaskInput,
  taskInput,
} from './input.js';
import { type JsonValue, toJson } from './json.js';
import { LIMITS } from './limits.js';
import type { ProgressUpdate } from './progress.js';
import { PrivateKeyLines } from './redact/private-key-lines.js';
import type { Redactor } from './redact/redactor.js';
import type { TaskFilter } from './query.js';
import type { NewOutputLine, OutputStream } from './store.js';
import type { ChildProcess, TaskFailure } from './task.js';

const RESULT = { name: 'result', maxBytes: LIMITS.resultBytes };
const STREAMS: readonly OutputStream[] = ['log', 'stdout', 'stderr'];

/**
 * The one way by which data comes into a monitor: what passes here is checked, copied, bounded and without secrets, before
 * a store or anybody else sees it.
 */
export class Intake {
  readonly #redactor: Redactor;
  readonly #captureStacks: boolean;
  readonly #privateKeys = new PrivateKeyLines();

  constructor(redactor: Redactor, captureStacks: boolean) {
    this.#redactor = redactor;
    this.#captureStacks = captureStacks;
  }

  /** @throws {@link TaskMonitorError} INVALID_INPUT, as all below */
  task(options: RegisterOptions<object>): TaskInput {
    return taskInput(options, this.#redactor);
  }

  /** Never throws: what it is given is checked already. */
  filter(filter: TaskFilter): TaskFilter {
    return storedFilter(filter, this.#redactor);
  }

  stepName(name: unknown): string {
    return stepName(name, this.#redactor);
  }

  progress(input: ProgressInput): ProgressUpdate {
    return progressUpdate(input, this.#redactor);
  }

  /** Lines of one task, of which a private key may take many, in several calls. */
  output(
    taskId: string,
    input: LogLine | readonly LogLine[],
    now: number,
  ): readonly NewOutputLine[] {
    return outputLines(input, now, this.#redactor, (stream, text) =>
      this.#redactor.isOff ? text : this.#privateKeys.next(streamOf(taskId, stream), text),
    );
  }

  result(value: unknown): JsonValue {
    return toJson(value, RESULT, this.#redactor);
  }

  /** Never throws. */
  failure(thrown: unknown): TaskFailure {
    return toFailure(thrown, this.#captureStacks, this.#redactor);
  }

  process(process: ChildProcess): ChildProcess {
    const { pid, startedAt, exitCode, signal, cpuMs, peakMemoryBytes } = process;
    const named = this.message('signal', signal);
    return Object.freeze({ pid, startedAt, exitCode, signal: named, cpuMs, peakMemoryBytes });
  }

  message(name: string, value: unknown): string | null {
    return optionalMessage(name, value, this.#redactor);
  }

  /** Nothing more is expected of a task. */
  ended(taskId: string): void {
    if (this.#privateKeys.isIdle) return;
    for (const stream of STREAMS) this.#privateKeys.forget(streamOf(taskId, stream));
  }
}

function streamOf(taskId: string, stream: OutputStream): string {
  return `${stream} ${taskId}`;
}

import { type NewTask, type Operation, type TaskStore, type WriteResult } from '@task-monitor/core';

export const CREATED_AT = Date.UTC(2026, 0, 1);

export function aNewTask(given: Partial<NewTask> = {}): NewTask {
  return {
    id: 'task-1',
    type: 'ingest',
    name: null,
    command: [],
    metadata: { videos: ['a1'] },
    tags: ['nightly'],
    createdAt: CREATED_AT,
    parent: null,
    owner: null,
    driver: 'caller',
    ...given,
  };
}

/** One monitor's writes. */
export class Writer {
  readonly #store: TaskStore;
  readonly #id: string;
  #sequence = 0;

  constructor(store: TaskStore, id: string) {
    this.#store = store;
    this.#id = id;
  }

  operation(): Operation {
    return { writer: this.#id, sequence: ++this.#sequence };
  }

  create(id: string) {
    return this.#store.create({
      task: aNewTask({ id }),
      idempotencyKey: null,
      operation: this.operation(),
    });
  }

  start(id: string): Promise<WriteResult> {
    return this.#store.transition(id, {
      from: ['pending'],
      owner: null,
      set: { status: 'running', startedAt: CREATED_AT + 1_000 },
      operation: this.operation(),
    });
  }

  progress(id: string, current: number): Promise<WriteResult> {
    return this.#store.progress(id, {
      update: { current },
      at: CREATED_AT + 2_000,
      owner: null,
      operation: this.operation(),
    });
  }

  log(id: string, text: string): Promise<WriteResult> {
    return this.#store.appendOutput(id, {
      lines: [{ stream: 'log', text, at: CREATED_AT + 2_000 }],
      operation: this.operation(),
    });
  }

  complete(id: string): Promise<WriteResult> {
    return this.#store.transition(id, {
      from: ['running'],
      owner: null,
      set: { status: 'completed', completedAt: CREATED_AT + 9_000, result: { segments: 80 } },
      operation: this.operation(),
    });
  }

  remove(id: string): Promise<WriteResult> {
    return this.#store.remove(id, this.operation());
  }
}

/** The life of a task from its creation to its end, as `outcome version` of each write. */
export async function live(writer: Writer, id: string): Promise<readonly string[]> {
  const answers = [
    await writer.create(id),
    await writer.start(id),
    await writer.progress(id, 1),
    await writer.log(id, 'embedding'),
    await writer.complete(id),
  ];
  return answers.map(({ outcome, task }) => `${outcome} ${task?.version ?? 0}`);
}

import type { JsonValue } from '../json.js';
import type { Task } from '../task.js';
import { fold } from './fold.js';

/** The texts of a task that a term can look into. `any` is what free text is looked for in. */
export type TextField = 'id' | 'name' | 'command' | 'error' | 'progress' | 'owner' | 'any';

/** No text of a task or of a search has this character, so no match reaches from one text into the next. */
const BETWEEN = '\u0000';

/** Texts of one task as they are searched, each folded once and only if it is looked into. */
export class TaskTexts {
  readonly #task: Task;
  readonly #folded: Partial<Record<TextField, string>> = {};

  constructor(task: Task) {
    this.#task = task;
  }

  folded(field: TextField): string {
    return (this.#folded[field] ??= fold(TEXTS[field](this.#task).join(BETWEEN)));
  }
}

type Text = string | null | undefined;

const TEXTS: Readonly<Record<TextField, (task: Task) => Text[]>> = {
  id: (task) => [task.id],
  name: (task) => [task.name],
  command: commandOf,
  error: ({ error }) => [error?.message, error?.name, error?.code],
  progress: ({ progress }) => [progress?.message],
  owner: ({ execution: { owner } }) => [owner?.host, owner?.id],
  any: (task) => {
    const texts = [task.id, task.name, task.type, ...task.tags, ...commandOf(task)];
    texts.push(task.error?.message ?? null, task.progress?.message ?? null);
    addTexts(task.metadata, texts);
    return texts;
  },
};

/** With spaces between the words, as a terminal shows it: "python -m" is found. */
function commandOf({ command }: Task): Text[] {
  return command.length === 0 ? [] : [command.join(' ')];
}

/** The texts and numbers in `value`, not its keys: those are the same for all tasks of a kind. */
function addTexts(value: JsonValue, texts: Text[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'number') texts.push(String(value));
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) addTexts(item, texts);
}

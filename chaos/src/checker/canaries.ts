import { CANARY } from '../canary.js';
import type { History, Violation } from './history.js';

/** No secret that was planted is kept, told of, or said by a process. */
export function checkCanaries(history: History): readonly Violation[] {
  const { processes, tasks, changes, outputs } = history;
  const found = new Set<string>();
  const look = (what: object, where: (field: string) => string): void => {
    for (const [field, value] of Object.entries(what))
      if (JSON.stringify(value)?.includes(CANARY)) found.add(where(field));
  };
  for (const task of tasks) look(task, (field) => `the ${field} of ${task.id}, as it is kept`);
  for (const { change } of changes) {
    if (change.type === 'task.removed') continue;
    const { task, ...rest } = change;
    const told = (field: string): string => `the ${field} of ${task.id}, as ${rest.type} tells it`;
    look(task, told);
    look(rest, told);
  }
  for (const [id, lines] of outputs) look({ output: lines }, () => `the output of ${id}`);
  for (const { name, printed } of processes) look({ printed }, () => `what ${name} printed`);
  return [...found].map(shown);
}

/** The same of files: these have one in them. */
export function checkFiles(files: readonly string[]): readonly Violation[] {
  return files.map((file) => shown(`the file ${file}`));
}

function shown(where: string): Violation {
  return { invariant: 'I9', what: `a planted secret is in ${where}` };
}

import type { NewTask, TaskPatch } from '../store.js';
import type { EndedBy, Execution, Owner } from '../task.js';
import { newExecution, patchExecution } from '../task-patch.js';

/** One object for tasks of whose execution there is nothing to tell but who ran and ended them: most of them. */
export class Executions {
  #active: Execution | null = null;
  #ended: Execution | null = null;

  of(made: NewTask): Execution {
    if (made.parent !== null || made.owner === null) return newExecution(made);
    return this.#find(made.driver, made.owner, null) ?? this.#keep(newExecution(made));
  }

  patched(execution: Execution, patch: TaskPatch): Execution {
    const owner = patch.owner ?? execution.owner;
    const endedBy = patch.endedBy ?? execution.endedBy;
    if (!isPlain(execution) || tellsMore(patch)) return patchExecution(execution, patch);
    if (owner === execution.owner && endedBy === execution.endedBy) return execution;
    return (
      this.#find(execution.driver, owner, endedBy) ?? this.#keep(patchExecution(execution, patch))
    );
  }

  #find(driver: Execution['driver'], owner: Owner | null, endedBy: EndedBy | null) {
    const last = endedBy === null ? this.#active : this.#ended;
    return last !== null &&
      last.driver === driver &&
      last.owner === owner &&
      last.endedBy === endedBy
      ? last
      : null;
  }

  #keep(execution: Execution): Execution {
    if (execution.endedBy === null) this.#active = execution;
    else this.#ended = execution;
    return execution;
  }
}

/** Whether only `driver`, `owner` and `endedBy` are set. */
export function isPlain(execution: Execution): boolean {
  return (
    execution.parent === null &&
    execution.cancel === null &&
    execution.lateOutcome === null &&
    execution.process === null &&
    execution.resultOmitted === null
  );
}

function tellsMore(patch: TaskPatch): boolean {
  return (
    patch.cancel !== undefined ||
    patch.lateOutcome !== undefined ||
    patch.process !== undefined ||
    patch.resultOmitted !== undefined
  );
}

import type { ProgressUpdate } from '../../progress.js';
import type { OutputLine } from '../../store.js';
import type {
  Cancellation,
  EndedBy,
  LateOutcome,
  Task,
  TaskFailure,
  TaskStatus,
} from '../../task.js';

/** What the model expects a task to be. */
export interface ModelTask {
  readonly id: string;
  readonly number: number;
  readonly type: string | null;
  readonly tags: readonly string[];
  readonly parentId: string | null;
  readonly key: string | null;
  readonly driver: 'caller' | 'runner';
  readonly createdAt: number;
  version: number;
  status: TaskStatus;
  startedAt: number | null;
  completedAt: number | null;
  progress: Task['progress'];
  result: Task['result'];
  error: TaskFailure | null;
  /** Id of the monitor that started it, or whose function it is. */
  heldBy: string | null;
  cancel: Cancellation | null;
  endedBy: EndedBy | null;
  lateOutcome: LateOutcome | null;
  lines: OutputLine[];
  lastLine: number;
}

export function isOver({ status }: ModelTask): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** The task that everybody is to be shown. Its owner is known by the monitor that holds it. */
export function shown(
  task: ModelTask,
  ownerOf: (monitorId: string) => Task['execution']['owner'],
): Task {
  const {
    id,
    number,
    version,
    status,
    type,
    tags,
    createdAt,
    startedAt,
    completedAt,
    progress,
    result,
    error,
  } = task;
  return {
    id,
    number,
    version,
    status,
    type,
    name: null,
    command: [],
    metadata: {},
    tags,
    createdAt,
    startedAt,
    completedAt,
    progress,
    result,
    error,
    execution: {
      parent: task.parentId === null ? null : { id: task.parentId, weight: 0, step: null },
      owner: task.heldBy === null ? null : ownerOf(task.heldBy),
      driver: task.driver,
      cancel: task.cancel,
      endedBy: task.endedBy,
      lateOutcome: task.lateOutcome,
      process: null,
      resultOmitted: null,
    },
  };
}

/** Sets what `update` says, and the percentage that follows from the counts if any of them was said. */
export function advanceProgress(task: ModelTask, update: ProgressUpdate, at: number): void {
  const before = task.progress ?? {
    message: null,
    current: null,
    total: null,
    unit: null,
    percent: null,
    steps: [],
    children: null,
  };
  const after = { ...before, ...update, updatedAt: at };
  if ('percent' in update) {
    after.percent = update.percent ?? null;
  } else if ('current' in update || 'total' in update) {
    const { current, total } = after;
    const known = typeof current === 'number' && typeof total === 'number' && total > 0;
    after.percent = known ? Math.min(100, Number(((100 * current) / total).toFixed(2))) : null;
  }
  task.progress = after;
}

import type { Prompt } from './prompt.js';
import type { TaskStore } from './store.js';

/** What is written of tasks, of a store that answers when it has done it, or of one that has done it at once. */
export type TaskWrites = {
  readonly [Method in WriteMethod]: (
    ...args: Parameters<TaskStore[Method]>
  ) => Prompt<Awaited<ReturnType<TaskStore[Method]>>>;
};

/** One of them reads, since what is to be written may depend on it. */
type WriteMethod =
  'create' | 'transition' | 'progress' | 'requestCancel' | 'appendOutput' | 'remove' | 'get';

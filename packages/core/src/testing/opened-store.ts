import type { TaskStore } from '../store.js';
import { afterEach, beforeEach } from './runner.js';

/** Opens a fresh, empty store: every test gets its own. */
export type OpenTaskStore = (options: OpenOptions) => Promise<OpenedStore>;

export interface OpenOptions {
  /**
   * How many changes the store keeps for readers that lag behind. It may keep up to ten times as many. Default: the store's
   * own, at least 10,000.
   */
  readonly keptChanges?: number;
}

export interface OpenedStore {
  readonly store: TaskStore;
  /** How many tasks it has had, and has no more, where it is not quite fresh. Default 0. */
  readonly tasksBefore?: number;
  /** Opens another instance on the same data, as another process would. A store of one process answers with `store`. */
  readonly another: () => Promise<TaskStore>;
  /** Puts forward the clock that the store's leases run on. */
  readonly advanceLeaseClock: (ms: number) => Promise<void> | void;
  /** Closes every instance and drops the data. Called once, also after a test closed `store`. */
  readonly dispose: () => Promise<void>;
}

/** Opens a store before each test of the surrounding `describe`, and disposes of it afterwards. */
export function eachWithItsOwn(open: OpenTaskStore, options: OpenOptions = {}): () => OpenedStore {
  let opened: OpenedStore | null = null;
  beforeEach(async () => {
    opened = await open(options);
  });
  afterEach(async () => {
    await opened?.dispose();
    opened = null;
  });
  return () => {
    if (opened === null) throw new Error('The store is open only while a test runs.');
    return opened;
  };
}

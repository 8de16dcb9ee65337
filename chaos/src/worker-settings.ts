/** What a worker process is told, as JSON, in its only argument. */
export interface WorkerSettings {
  /** `sqlite:<path>` or `postgres://…` */
  readonly target: string;
  readonly name: string;
  readonly journal: string;
  readonly seed: number;
  readonly tasks: number;
  readonly lanes: number;
  /**
   * `random`: lives of all kinds, until `finish` comes in or all are made. `steadfast`: every task is brought to the end that was meant for it, whatever it
   * takes. `hold`: the tasks are started, and ended when `finish` comes in by standard input. `open`: nothing but that.
   */
  readonly mode: 'random' | 'steadfast' | 'hold' | 'open';
  /** Whether it also ends tasks that others made. */
  readonly meddles: boolean;
  /** How many of 100 calls of the store go wrong: fail before or after, come late, or are never answered. */
  readonly faultPercent: number;
}

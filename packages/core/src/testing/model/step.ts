import type { Model } from './model.js';
import type { Name, World } from './world.js';

/** What a step has to go by. */
export interface Scope {
  readonly model: Model;
  readonly world: World;
  readonly who: Name;
  /** Id of the monitor `who`. */
  readonly monitorId: string;
  /** The task it is about: mostly one of the newest; it may be removed, or never have been. */
  readonly id: string;
  /** Decides everything else. */
  readonly n: number;
}

export type StepKind = (scope: Scope) => Promise<void>;

import type { EndpointName } from '../contract.js';
import type { Handler } from './call.js';
import { cleanup } from './cleanup.js';
import { countRunning } from './count.js';
import { all, pending, running } from './lists.js';
import { stats } from './stats.js';
import { task } from './task.js';

/** Who answers each endpoint: one that is declared but not answered does not compile. */
export const HANDLERS: { readonly [Name in EndpointName]: Handler<Name> } = {
  stats,
  running,
  pending,
  all,
  task,
  countRunning,
  cleanup,
};

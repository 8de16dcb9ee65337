import type { EndpointName } from '../contract.js';
import type { Handler } from './call.js';
import { cancel } from './cancel.js';
import { cleanup } from './cleanup.js';
import {
  count,
  countCancelled,
  countCompleted,
  countFailed,
  countPending,
  countRunning,
} from './count.js';
import { events, taskEvents } from './events.js';
import { health } from './health.js';
import { all, cancelled, completed, failed, pending, running } from './lists.js';
import { openapi } from './openapi.js';
import { metrics } from './metrics.js';
import { output } from './output.js';
import { stats } from './stats.js';
import { task } from './task.js';
import { ui } from './ui.js';

/** Who answers each endpoint: one that is declared but not answered does not compile. */
export const HANDLERS: { readonly [Name in EndpointName]: Handler<Name> } = {
  stats,
  running,
  pending,
  completed,
  failed,
  cancelled,
  all,
  task,
  output,
  events,
  taskEvents,
  cancel,
  count,
  countRunning,
  countPending,
  countCompleted,
  countFailed,
  countCancelled,
  health,
  metrics,
  ui,
  cleanup,
  openapi,
};

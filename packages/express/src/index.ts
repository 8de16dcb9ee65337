import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler, type TaskHandlerOptions } from '@task-monitor/http';

export type TaskRouterOptions = TaskHandlerOptions;

/** A request handler of Express 4 and 5. Written out, so that neither version's types are needed. */
export type TaskRouter = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * Serves the documented API below wherever it is mounted.
 *
 * @example
 * app.use('/tasks', taskRouter(monitor));
 */
export function taskRouter(monitor: TaskMonitor, options: TaskRouterOptions = {}): TaskRouter {
  const handle = createTaskHandler(monitor, options);
  return (req, res, next) => {
    // Express has taken the mount off `url`; a handler that promises goes unheard in Express 4.
    handle(req, res, req.url ?? '/').catch(next);
  };
}

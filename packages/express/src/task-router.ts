import type { ServerResponse } from 'node:http';
import type { TaskMonitor } from '@task-monitor/core';
import { type Accepted, createTaskHandler, type TaskHandlerOptions } from '@task-monitor/http';
import { shareHiddenClass } from './hidden-class.js';
import { type MountedRequest, urlBelowMount } from './url-below-mount.js';

/** What Express 4 and 5 both take as a request handler. */
export interface TaskRouter {
  (req: MountedRequest, res: ServerResponse, next: (error?: unknown) => void): void;
  readonly accepted: Accepted;
}

/**
 * The HTTP API of `monitor` for an Express 4 or 5 application, at any path: every request below it is answered here. The
 * application's own settings and parsers have no influence on the answers.
 *
 * @throws TaskMonitorError INVALID_OPTIONS
 *
 * @example
 * const tasks = taskRouter(monitor);
 * app.use('/tasks', tasks);
 * app.post('/ingest', async (req, res) => tasks.accepted(res, await startIngest(req.body)));
 */
export function taskRouter(monitor: TaskMonitor, options?: TaskHandlerOptions): TaskRouter {
  const handle = createTaskHandler(monitor, options);
  const router = (
    req: MountedRequest,
    res: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    shareHiddenClass(req, res);
    handle(req, res, urlBelowMount(req)).catch((error: unknown) => {
      // Anything but an Error would mean something else to `next`: 'router', or nothing at all.
      next(
        error instanceof Error ? error : new Error('The answer was not sent.', { cause: error }),
      );
    });
  };
  return Object.assign(router, { accepted: handle.accepted });
}

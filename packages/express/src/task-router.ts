import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler, type TaskHandlerOptions } from '@task-monitor/http';

/** What Express 4 and 5 both take as a request handler. */
export type TaskRouter = (
  req: MountedRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** What the requests of Express 4 and 5 have in common, as far as it is needed. */
export interface MountedRequest extends IncomingMessage {
  /** The URL as the client sent it. */
  readonly originalUrl?: string;
  /** Where the router is mounted. */
  readonly baseUrl?: string;
}

/**
 * The HTTP API of `monitor` for an Express 4 or 5 application, at any path: every request below it is answered here. The
 * application's own settings and parsers have no influence on the answers.
 *
 * @throws TaskMonitorError INVALID_OPTIONS
 *
 * @example
 * app.use('/tasks', taskRouter(monitor));
 */
export function taskRouter(monitor: TaskMonitor, options?: TaskHandlerOptions): TaskRouter {
  const handle = createTaskHandler(monitor, options);
  return (req, res, next) => {
    handle(req, res, urlBelowMount(req)).catch((error: unknown) => {
      // Anything but an Error would mean something else to `next`: 'router', or nothing at all.
      next(
        error instanceof Error ? error : new Error('The answer was not sent.', { cause: error }),
      );
    });
  };
}

/**
 * Below a mount Express leaves in `url` what follows it. Of `/tasks//cleanup` Express 4 makes `/cleanup`, although a guard in
 * front of `/tasks/cleanup` does not see it. Where slashes were lost on the way one is put back, so that nothing is found.
 */
function urlBelowMount({ url = '/', originalUrl = url, baseUrl = '' }: MountedRequest): string {
  const below = url.replace(ORIGIN, '');
  const asked = originalUrl.replace(ORIGIN, '');
  const seen = baseUrl + below;
  // An application may have rewritten the URL, and then it differs by more than slashes.
  return asked !== seen && collapsed(asked) === collapsed(seen) ? `/${below}` : below;
}

/** What an absolute URL has before its path. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

function collapsed(path: string): string {
  return path.replace(/\/{2,}/g, '/');
}

import type { IncomingMessage } from 'node:http';

/** What the requests of Express 4 and 5 have in common, as far as it is needed. */
export interface MountedRequest extends IncomingMessage {
  /** The URL as the client sent it. */
  readonly originalUrl?: string;
  /** Where the router is mounted. */
  readonly baseUrl?: string;
}

/**
 * Below a mount Express leaves in `url` what follows it. Of `/tasks//cleanup` Express 4 makes `/cleanup`, although a guard in
 * front of `/tasks/cleanup` does not see it. Where slashes were lost on the way one is put back, so that nothing is found.
 */
export function urlBelowMount(req: MountedRequest): string {
  const { url = '/', originalUrl = url, baseUrl = '' } = req;
  const below = withoutOrigin(url);
  const asked = withoutOrigin(originalUrl);
  const seen = baseUrl + below;
  // An application may have rewritten the URL, and then it differs by more than slashes.
  return asked !== seen && collapsed(asked) === collapsed(seen) ? `/${below}` : below;
}

function withoutOrigin(url: string): string {
  return url.startsWith('/') ? url : url.replace(ORIGIN, '');
}

/** What an absolute URL has before its path. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

function collapsed(path: string): string {
  return path.replace(/\/{2,}/g, '/');
}

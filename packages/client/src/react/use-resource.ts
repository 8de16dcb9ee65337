import { useCallback, useSyncExternalStore } from 'react';
import type { TaskClient } from '../task-client.js';
import type { Freshness, Resource } from './resource.js';
import { useSharedFeed } from './task-provider.js';

/** What is shown under `key`; `empty` until it is asked for, and on the server. */
export function useResource<Shown extends Freshness>(
  key: string,
  make: (client: TaskClient) => Resource<unknown>,
  empty: Shown,
): Shown {
  const feed = useSharedFeed();
  const subscribe = useCallback(
    (listener: () => void) => feed.subscribe(key, make, listener),
    // The key says all that `make` depends on.
    [feed, key],
  );
  const now = (): Shown => (feed.resource(key)?.state as Shown | undefined) ?? empty;
  return useSyncExternalStore(subscribe, now, () => empty);
}

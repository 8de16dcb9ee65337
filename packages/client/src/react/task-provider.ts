import { createContext, createElement, type ReactNode, useContext, useMemo } from 'react';
import type { TaskClient } from '../task-client.js';
import { SharedFeed } from './shared-feed.js';

const FeedContext = createContext<SharedFeed | null>(null);

export interface TaskProviderProps {
  /** Made once, outside of the components: another one is another connection. */
  readonly client: TaskClient;
  readonly children?: ReactNode;
}

/** Has the tasks for all components inside. However many there are, they share one stream, which is open while any shows tasks. */
export function TaskProvider({ client, children }: TaskProviderProps): ReactNode {
  const feed = useMemo(() => new SharedFeed(client), [client]);
  return createElement(FeedContext.Provider, { value: feed }, children);
}

/** The client of the {@link TaskProvider} around: to cancel a task, for one. */
export function useTaskClient(): TaskClient {
  return useSharedFeed().client;
}

export function useSharedFeed(): SharedFeed {
  const feed = useContext(FeedContext);
  if (feed === null)
    throw new Error('Expected a <TaskProvider client={…}> around the components that show tasks.');
  return feed;
}

import type { WatchState } from '@task-monitor/client';
import { usePage } from '../page.js';
import { agoText, exactInstantText } from '../text/instant.js';

interface Told {
  readonly tone: 'good' | 'waiting' | 'bad';
  readonly text: string;
  readonly ago?: string;
  readonly detail: string;
}

/** How fresh it is what the page shows. */
export function Connection() {
  const { live, now } = usePage();
  const state = live.connection.value;
  const { tone, text, ago, detail } = told(
    state,
    state.status === 'live' ? state.since : now.value,
  );
  return (
    <span class={`connection is-${tone}`} title={detail} role="status">
      <i aria-hidden="true" />
      <span>
        {text}
        {/* Read out is that it is stale, and not each second of it. */}
        <span aria-live="off">{ago}</span>
      </span>
    </span>
  );
}

function told({ status, since, error }: WatchState, now: number): Told {
  const why = error === null ? '' : ` ${error.detail}`;
  switch (status) {
    case 'connecting':
      return {
        tone: error === null ? 'waiting' : 'bad',
        text: error === null ? 'Connecting' : 'No answer yet',
        detail: why,
      };
    case 'live':
      return {
        tone: 'good',
        text: 'Live',
        detail: `Changes come as they happen, since ${exactInstantText(since)}.`,
      };
    case 'polling':
      return {
        tone: 'good',
        text: 'Every 2 s',
        detail: 'No stream gets through to this page, so it asks again and again.',
      };
    case 'paused':
      return {
        tone: 'waiting',
        text: 'Paused',
        detail: `A page in the background holds no connection; this is of ${exactInstantText(since)}.`,
      };
    case 'reconnecting':
      return {
        ...(now - since < SHORT_MS
          ? { tone: 'waiting', text: 'Reconnecting' }
          : { tone: 'bad', text: 'Stale, as of ', ago: agoText(since, now) }),
        detail: `The connection is away since ${exactInstantText(since)}, and is being made again.${why}`,
      };
    case 'ended':
      return { tone: 'bad', text: 'Stopped', detail: why };
  }
}

/** So old is what it shows anyway where changes come now and then. */
const SHORT_MS = 2_000;

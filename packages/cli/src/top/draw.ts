import { EXIT } from '../exit-codes.js';
import type { StopSignals } from '../stop-signals.js';
import { Frames } from '../terminal/frames.js';
import { Keys } from '../terminal/keys.js';
import { plainText } from '../terminal/plain-text.js';
import { Screen } from '../terminal/screen.js';
import type { Terminal } from '../terminal/terminal.js';
import { Asking } from './asking.js';
import { type Freshness, freshnessOf } from './freshness.js';
import type { OverviewFeed } from './overview-feed.js';
import { overviewLines } from './overview-lines.js';

const TICK_MS = 1_000;

/** How things stand, once, as long as it needs to be. */
export async function drawOnce(feed: OverviewFeed, terminal: Terminal): Promise<void> {
  const freshness: Freshness = { state: 'asked', words: 'as of now', reason: null, knownAt: null };
  const shown = { freshness, rows: Infinity, hint: null };
  for (const line of pictureOf(feed, terminal, shown)) await terminal.line(line);
}

/** How things stand on the other screen of the terminal, until somebody leaves it. */
export async function drawLive(
  feed: OverviewFeed,
  terminal: Terminal,
  stdin: NodeJS.ReadStream,
  stop: StopSignals,
): Promise<void> {
  const screen = new Screen(terminal);
  const frames = new Frames(() => {
    const freshness = freshnessOf(feed.state, feed.askedAt, Date.now());
    screen.draw(pictureOf(feed, terminal, { freshness, rows: terminal.rows, hint: 'q leaves' }));
  });
  const failed = new AbortController();
  const asking = new Asking(feed, {
    changed: () => frames.request(),
    failed: (error) => failed.abort(error),
  });
  const keys = new Keys(stdin, {
    quit: () => stop.stop(EXIT.ok),
    interrupt: () => stop.stop(EXIT.interrupted),
    suspended: () => screen.leave(),
    resumed: () => {
      screen.enter();
      frames.request();
    },
  });
  const offResize = terminal.onResize(() => {
    screen.forget();
    frames.request();
  });
  const tick = setInterval(() => frames.request(), TICK_MS);
  screen.enter();
  frames.request();
  try {
    const until = AbortSignal.any([stop.signal, failed.signal]);
    for await (const event of feed.watch(until, () => frames.request())) {
      if (feed.overview.apply(event, Date.now())) asking.soon();
      frames.request();
    }
    failed.signal.throwIfAborted();
  } finally {
    asking.end();
    clearInterval(tick);
    offResize();
    keys.end();
    frames.end();
    screen.leave();
  }
}

function pictureOf(
  feed: OverviewFeed,
  { columns, style }: Terminal,
  { freshness, rows, hint }: { freshness: Freshness; rows: number; hint: string | null },
): string[] {
  // Of what is not known any more no time goes by.
  const now = freshness.knownAt ?? Date.now();
  const { overview, url, search } = feed;
  const picture = {
    place: plainText(url.replace(/^https?:\/\//, '').replace(/^[^/@]*@/, '')),
    search: search === null ? null : plainText(search),
    freshness,
    counts: overview.counts,
    rows: overview.rows(now),
    unseen: overview.unseen,
    failures: overview.failures,
    hint,
  };
  return overviewLines(picture, { columns: Math.min(columns, WIDEST), rows, style, now });
}

/** Wider than that the eye loses the row. */
const WIDEST = 160;

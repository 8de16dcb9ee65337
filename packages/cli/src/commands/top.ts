import type { RunCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { stateLines } from '../json-events.js';
import { serverOf } from '../server.js';
import { StopSignals } from '../stop-signals.js';
import type { Terminal } from '../terminal/terminal.js';
import { drawLive, drawOnce } from '../top/draw.js';
import { OverviewFeed } from '../top/overview-feed.js';

/** What runs, live. */
export const top: RunCommand = async ({ line, terminal, env, stdin }) => {
  const { client, url } = serverOf(line, env);
  const search = line.value('q') ?? null;
  const feed = new OverviewFeed(client, url, search);
  const isJson = line.has('json') || !terminal.isLive;
  const isOnce = line.has('once');
  // Who names a wrong URL, or may not look, is told so at once.
  await feed.ask();
  if (isOnce && !isJson) {
    await drawOnce(feed, terminal);
    return EXIT.ok;
  }
  const stop = new StopSignals();
  try {
    if (isJson) await tellEvents(feed, terminal, stop, isOnce);
    else await drawLive(feed, terminal, stdin.stream(), stop);
    // To leave it is how it ends.
    return stop.exitCode === EXIT.interrupted ? EXIT.ok : (stop.exitCode ?? EXIT.ok);
  } finally {
    stop.release();
  }
};

async function tellEvents(
  feed: OverviewFeed,
  terminal: Terminal,
  stop: StopSignals,
  isOnce: boolean,
): Promise<void> {
  const onState = isOnce ? () => {} : stateLines(terminal);
  for await (const event of feed.watch(stop.signal, onState)) {
    await terminal.json(event);
    if (isOnce && event.type === 'snapshot') return;
  }
}

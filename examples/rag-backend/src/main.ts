import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TaskMonitor } from '@task-monitor/core';
import { createBackend } from './backend.js';
import { runDemoLoad } from './demo-load.js';
import { findPython } from './demo-python.js';
import { KnowledgeBase } from './knowledge-base.js';
import { MediaFolder } from './media-folder.js';
import { ProgressDisplay } from './progress-display.js';
import { readSettings, SettingError, type Settings } from './settings.js';
import { openTaskStore } from './task-store.js';

/** Two workers at a time leave a machine with two cores able to answer. */
const CONCURRENCY = 2;

async function main(settings: Settings): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const { store, name } = await openTaskStore(settings.taskStore);
  const monitor = new TaskMonitor({ store, concurrency: CONCURRENCY });
  const knowledge = new KnowledgeBase(settings.resultsDir, (error) => console.error(error));
  const app = createBackend({ ...settings, monitor, knowledge });
  const server = await listen(app.listen(settings.port, settings.host));
  const shown = showTasks(monitor, settings.once);
  try {
    const url = urlOf(server, settings.host);
    if (!settings.once) introduceThePage(url, settings.demoLoad);
    console.log(`Tasks are kept in ${name}.`);
    await serve(settings, { monitor, url, stop: stop.signal });
  } catch (error) {
    // It was told to stop in the middle of something.
    if (!stop.signal.aborted) throw error;
  } finally {
    await monitor.close();
    await shown;
    server.close();
    server.closeAllConnections();
  }
}

/** Ingests what is in the media folder; then goes on until `stop`, or with `--once` until that is done. */
async function serve(
  settings: Settings,
  { monitor, url, stop }: { monitor: TaskMonitor; url: string; stop: AbortSignal },
): Promise<void> {
  if (!settings.once) introduce(url);
  const videos = await new MediaFolder(settings.mediaDir).ids();
  if (videos.length === 0)
    console.error(`There are no videos in ${settings.mediaDir}: put a caption file there.`);
  if (settings.demoLoad) {
    const python = await findPython();
    void runDemoLoad({ monitor, signal: stop, python, onError: (error) => console.error(error) });
  }
  const taskIds = await ingestAll(url, videos, stop);
  if (!settings.once) {
    if (!stop.aborted) await once(stop, 'abort');
    return;
  }
  const tasks = await Promise.all(taskIds.map((id) => monitor.waitFor(id, { signal: stop })));
  await report(url);
  if (tasks.length === 0 || tasks.some((task) => task.status !== 'completed')) process.exitCode = 1;
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`;
}

function introduceThePage(url: string, hasLoad: boolean): void {
  const load = hasLoad
    ? 'Made-up work of all kinds goes on beside it until you end it (DEMO_LOAD=1).'
    : 'It is idle in half a minute; DEMO_LOAD=1 npm run demo keeps made-up work of all kinds going beside it.';
  console.log(`
  ${url}/tasks/ui         the page: open it first

Task Monitor: a back end that ingests videos in the background, and the monitor in it.
${load}`);
}

function introduce(url: string): void {
  console.log(`
  ${url}/tasks/all        every task
  ${url}/tasks/running    what runs, how far
  ${url}/tasks/stats      counts and success rate
  ${url}/tasks/events     changes as they happen
  ${url}/tasks/health     whether all that can be trusted
  ${url}/search?query=lighthouse&k=3    what the ingest found
  ${url}/graph  ${url}/entities

Try it:

  curl -X POST ${url}/ingest -H 'content-type: application/json' -d '{"videos": ["elephants-dream"]}'
  curl ${url}/tasks/running
  npm run verify -- ${url}

Ctrl-C ends it. The shipped videos are being ingested now:
`);
}

/** One worker process for each video, and one in-process task for all of them: both documented requests. */
async function ingestAll(
  url: string,
  videos: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (videos.length === 0) return [];
  const requests: readonly (readonly [string, unknown])[] = [
    ...videos.map((id) => ['/ingest', { videos: [id] }] as const),
    [
      '/temporal/ingest-video',
      { video_ids: videos, process_segments: true, segment_duration: 30.0 },
    ],
  ];
  const ids: string[] = [];
  for (const [path, body] of requests) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    const answer = (await response.json()) as {
      readonly task_id?: string;
      readonly detail?: string;
    };
    if (answer.task_id === undefined)
      throw new Error(`POST ${path} answered ${response.status}: ${answer.detail}`);
    ids.push(answer.task_id);
  }
  return ids;
}

async function showTasks(monitor: TaskMonitor, once: boolean): Promise<void> {
  // A server's log stays a log: only a run that ends by itself takes the terminal for its bars.
  const target = once ? process.stdout : { write: (text: string) => process.stdout.write(text) };
  const display = new ProgressDisplay(target);
  for await (const event of monitor.watch()) display.show(event);
}

async function report(url: string): Promise<void> {
  const read = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
  const { results } = (await read('/search?query=lighthouse&k=1')) as {
    readonly results: readonly {
      readonly video_id: string;
      readonly start: number;
      readonly text: string;
    }[];
  };
  console.log('\nGET /search?query=lighthouse&k=1');
  for (const { video_id: id, start, text } of results)
    console.log(`  ${id} at ${start} s: ${text.slice(0, 90)}…`);
  console.log('\nGET /tasks/stats');
  console.log(JSON.stringify(await read('/tasks/stats'), null, 2));
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { port } = error as { port?: number };
      const inUse = error.code === 'EADDRINUSE';
      reject(
        inUse
          ? new SettingError(`Port ${port} is in use. Choose another: PORT=8001 npm run demo`)
          : error,
      );
    });
  });
}

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  await main(settings).finally(settings.tidyUp);
} catch (error) {
  console.error(error instanceof SettingError ? error.message : error);
  process.exit(1);
}

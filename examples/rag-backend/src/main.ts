import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TaskMonitor } from '@task-monitor/core';
import { createBackend } from './backend.js';
import { KnowledgeBase } from './knowledge-base.js';
import { MediaFolder } from './media-folder.js';
import { ProgressDisplay } from './progress-display.js';
import { readSettings, SettingError, type Settings } from './settings.js';

/** Two workers at a time leave a machine with two cores able to answer. */
const CONCURRENCY = 2;

async function main(settings: Settings): Promise<void> {
  const monitor = new TaskMonitor({ concurrency: CONCURRENCY });
  const knowledge = new KnowledgeBase(settings.resultsDir, (error) => console.error(error));
  const server = await listen(
    createBackend({ ...settings, monitor, knowledge }).listen(settings.port, settings.host),
  );
  const { port } = server.address() as AddressInfo;
  const url = `http://${settings.host === '127.0.0.1' ? 'localhost' : settings.host}:${port}`;
  const shown = showTasks(monitor, settings.once);
  let closing = false;
  const close = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    await monitor.close();
    await shown;
    server.close();
    server.closeAllConnections();
    settings.tidyUp();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());

  if (!settings.once) introduce(url);
  const videos = await new MediaFolder(settings.mediaDir).ids();
  if (videos.length === 0)
    console.error(`There are no videos in ${settings.mediaDir}: put a caption file there.`);
  const taskIds = await ingestAll(url, videos).catch((error: unknown) => {
    // It was told to stop before it had asked for everything.
    if (closing) return [];
    throw error;
  });
  if (!settings.once || closing) return;
  const tasks = await Promise.all(taskIds.map((id) => monitor.waitFor(id)));
  await report(url);
  await close();
  if (tasks.length === 0 || tasks.some((task) => task.status !== 'completed')) process.exitCode = 1;
}

function introduce(url: string): void {
  console.log(`
Task Monitor: a back end that ingests videos in the background, and the monitor in it.

  ${url}/tasks/all        every task
  ${url}/tasks/running    what runs, how far
  ${url}/tasks/stats      counts and success rate
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
async function ingestAll(url: string, videos: readonly string[]): Promise<readonly string[]> {
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
  await main(readSettings(process.argv.slice(2), process.env));
} catch (error) {
  console.error(error instanceof SettingError ? error.message : error);
  process.exit(1);
}

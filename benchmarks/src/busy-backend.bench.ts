import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { publish } from './report.js';
import { readSettings } from './settings.js';

/**
 * Does the RAG back end answer while its workers run? Submits ingests, of which it runs two at a time as processes of
 * their own, and asks for the statistics all the while.
 */
const settings = readSettings(process.argv.slice(2));
const INGESTS = settings.once ? 2 : 60;
/** From the end of one answer to the next question: about what an impatient page does. */
const PAUSE_MS = 10;

const program = fileURLToPath(new URL('../../examples/rag-backend/dist/main.js', import.meta.url));
const server = spawn(process.execPath, [program], {
  // No rest between segments: the workers take all the processor time that they can get.
  env: { ...process.env, PORT: '0', INGEST_PACE_MS: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await addressOf(server);
  const { answers, seconds, most } = await ask(url);
  const sorted = answers.sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  publish(
    {
      name: 'busy-backend',
      rows: [
        {
          ingests: INGESTS,
          'running at most': most,
          'seconds in all': seconds,
          answers: sorted.length,
          'p50 ms': at(0.5),
          'p99 ms': at(0.99),
          'max ms': at(1),
        },
      ],
      aims: [
        { what: 'GET /tasks/stats while workers run, p99 ms', measured: at(0.99), atMost: 100 },
      ],
    },
    settings,
  );
} finally {
  server.kill();
}

async function ask(url: string): Promise<{ answers: number[]; seconds: number; most: number }> {
  const startedAt = performance.now();
  const submitted = Array.from({ length: INGESTS }, () =>
    fetch(`${url}/ingest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ videos: ['elephants-dream'] }),
    }),
  );
  await Promise.all(submitted);
  const answers: number[] = [];
  let most = 0;
  for (let open = 1; open > 0;) {
    const askedAt = performance.now();
    const response = await fetch(`${url}/tasks/stats`);
    const stats = (await response.json()) as { running_tasks: number; pending_tasks: number };
    answers.push(performance.now() - askedAt);
    most = Math.max(most, stats.running_tasks);
    open = stats.running_tasks + stats.pending_tasks;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { answers, seconds: (performance.now() - startedAt) / 1_000, most };
}

/** The server prints its address first. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The server has no output to read.');
  for await (const line of createInterface({ input: stdout })) {
    const url = /http:\/\/localhost:\d+/.exec(line)?.[0];
    if (url !== undefined) {
      stdout.resume();
      return url;
    }
  }
  throw new Error('The server ended before it told its address.');
}

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { IngestProgress } from './ingest-video.js';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';
import { resultFileName } from './result-file.js';

// The program as it is run: bundled into dist before the tests.
const WORKER = fileURLToPath(new URL('../dist/ingest-worker.js', import.meta.url));

let resultsDir: string;
beforeEach(async () => {
  resultsDir = await mkdtemp(join(tmpdir(), 'worker-'));
});
afterEach(() => rm(resultsDir, { recursive: true }));

function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [WORKER, ...args], {
    env: { MEDIA_DIR: SHIPPED_MEDIA_DIR, RESULTS_DIR: resultsDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(
  ...args: string[]
): Promise<{ code: unknown; progress: IngestProgress[]; stderr: string[] }> {
  const worker = start(args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(worker.stdout),
    text(worker.stderr),
    once(worker, 'close'),
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const progress = lines.map((line) => (JSON.parse(line) as { progress: IngestProgress }).progress);
  return { code, progress, stderr: stderr.trimEnd().split('\n') };
}

describe('ingest-worker', () => {
  it('ingests a video, counts its segments, and says nothing else', async () => {
    const { code, progress, stderr } = await run('--videos', 'https://youtu.be/bell-rock');
    expect({ code, stderr }).toEqual({ code: 0, stderr: [''] });
    expect(progress.at(-1)).toEqual({
      message: 'Ingested bell-rock',
      current: 11,
      total: 11,
      unit: 'segments',
    });
    expect(await readdir(resultsDir)).toEqual([resultFileName('bell-rock')]);
  });

  it('ingests the others when one fails, and ends with what to add for each that did', async () => {
    const { code, progress, stderr } = await run(
      '--videos',
      'dQw4w9WgXcQ',
      '--help',
      '../x',
      '$(touch x)',
      'bell-rock',
    );
    expect(code).toBe(1);
    expect(await readdir(resultsDir)).toEqual([resultFileName('bell-rock')]);
    expect(stderr).toEqual([
      '4 of 5 videos failed:',
      expect.stringContaining('No media for "dQw4w9WgXcQ": add dQw4w9WgXcQ.vtt or dQw4w9WgXcQ.srt'),
      expect.stringContaining('No media for "--help": add --help.vtt'),
      'The video id "../x" contains a slash: an id is the name of a file in the media folder, not a path.',
      expect.stringContaining('No media for "$(touch x)"'),
    ]);
    const counted = progress.map(({ current }) => current ?? 0);
    expect(counted).toEqual([...counted].sort((a, b) => a - b));
    expect(progress.at(-1)).toMatchObject({ current: 5, total: 5, unit: 'videos' });
  });

  it('explains itself when it is called wrongly', async () => {
    const { code, stderr } = await run('bell-rock');
    expect(code).toBe(2);
    expect(stderr[0]).toBe('Expected --videos first, got bell-rock.');
    expect(stderr.join('\n')).toContain('Usage: node ingest-worker.js --videos');
  });

  it('stops at SIGTERM, and leaves nothing half done', async () => {
    const worker = start(['--videos', 'bell-rock', 'movable-type'], { INGEST_PACE_MS: '2000' });
    const stderr = text(worker.stderr);
    for await (const line of createInterface(worker.stdout)) {
      if (line.includes('(1/11 segments)')) worker.kill('SIGTERM');
    }
    if (worker.exitCode === null) await once(worker, 'exit');
    expect(worker.exitCode).toBe(143);
    expect(await stderr).toBe('Stopped by SIGTERM: what was being ingested is not written.\n');
    expect(await readdir(resultsDir)).toEqual([]);
  });

  it('ends when nobody reads its progress any more', async () => {
    const worker = start(['--videos', 'bell-rock'], { INGEST_PACE_MS: '1000' });
    worker.stdout.once('data', () => worker.stdout.destroy());
    const [code] = (await once(worker, 'exit')) as [number];
    expect(code).toBe(1);
    expect(await readdir(resultsDir)).toEqual([]);
  });
});

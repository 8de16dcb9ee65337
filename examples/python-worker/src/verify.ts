import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs the example on captions of a film, and then on a file that is none, and checks what the worker left. */
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import tqdm']).status === 0,
);
if (python === undefined) {
  console.error('No Python with tqdm. On Debian: apt-get install python3-tqdm');
  process.exit(1);
}
const media = fileURLToPath(new URL('../../rag-backend/media/', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'python-worker-'));
const index = path.join(folder, 'index.json');
try {
  ingest(path.join(media, 'elephants-dream.descriptions.en.vtt'));
  const segments = JSON.parse(readFileSync(index, 'utf8')) as readonly unknown[];
  console.log(`the index has ${segments.length} segments`);
  ingest(path.join(media, 'CREDITS.md'));
} finally {
  rmSync(folder, { recursive: true });
}

function ingest(track: string): void {
  const program = fileURLToPath(new URL('index.js', import.meta.url));
  spawnSync(process.execPath, [program, track, '--out', index], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, PYTHON: python },
    stdio: 'inherit',
  });
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { root } from './bootstrap.mjs';

const built = path.join(root, 'packages', 'dashboard', 'generated', 'files.js');

/** What the page is made of. The lockfile stands for everything that comes from elsewhere. */
const sources = [
  'packages/client/src',
  'packages/dashboard/icon.svg',
  'packages/dashboard/index.html',
  'packages/dashboard/refused.html',
  'packages/dashboard/src',
  'pnpm-lock.yaml',
  'scripts/page',
  'scripts/page.mjs',
];

/** Bytes that a browser has to load at most, compressed. */
const limits = { 'app.js': 60_000, 'app.css': 12_000 };

/**
 * Builds the page of packages/dashboard, unless the last build was of what is there now: compared by content, as a checkout
 * changes times without changing what files say.
 */
export function buildPage() {
  const mark = contentHash();
  if (lastMark() === mark) return;
  try {
    // A process of its own: the build would leave threads running beside whoever asked for it.
    execFileSync(process.execPath, [path.join(root, 'scripts/page/build.mjs'), built, mark], {
      stdio: ['ignore', 'inherit', 'inherit'],
      // Whoever asks for it: to a test runner it would be another one.
      env: { ...process.env, NODE_ENV: 'production' },
    });
  } catch (error) {
    // Not to show yesterday's page.
    rmSync(built, { force: true });
    throw new Error('The page could not be built (see above).', { cause: error });
  }
}

function contentHash() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesOf).sort()) {
    const text = readFileSync(path.join(root, file));
    hash.update(`${file} ${text.length}\n`).update(text);
  }
  return hash.digest('hex');
}

/** Where a file or a folder is: the files in it, but for tests and what was installed there. */
function filesOf(name) {
  if (!statSync(path.join(root, name)).isDirectory()) return [name];
  return readdirSync(path.join(root, name))
    .filter((entry) => entry !== 'node_modules' && !/\.test\.tsx?$/.test(entry))
    .flatMap((entry) => filesOf(`${name}/${entry}`));
}

function lastMark() {
  try {
    return /^\/\/ (\S+)/.exec(readFileSync(built, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

async function checkSizes() {
  const { files } = await import(pathToFileURL(built).href);
  for (const [name, limit] of Object.entries(limits)) {
    const bytes = gzipSync(files[name], { level: 9 }).length;
    const isGood = bytes <= limit;
    console.log(`${isGood ? 'ok    ' : 'FAILED'}  ${name}: ${bytes} of ${limit} bytes, compressed`);
    if (!isGood) process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildPage();
  await checkSizes();
}

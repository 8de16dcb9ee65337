// Brings node_modules up to date, so that every npm script works as the first command on a fresh clone.
// It runs before anything is installed and on any Node: only old built-ins, no newer syntax.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const markerFile = path.join(root, 'node_modules', '.installed.json');

const scopes = {
  full: [],
  // The example, the packages it uses and what they need to run, and what builds the page: no compiler, no test tools.
  demo: ['--prod', '--filter', 'rag-backend...', '--filter', 'page-build'],
};

/**
 * Installs from the lockfile unless the last install already covers `scope`. The lockfile is
 * compared by content: a checkout changes its time without changing what it says.
 */
export async function bootstrap(scope) {
  requireNode();
  stopWithNpm();
  const lockfile = createHash('sha256')
    .update(readFileSync(path.join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  const last = readMarker();
  if (last.lockfile === lockfile && (last.scope === scope || last.scope === 'full')) return;

  // Never shrinks a full install to the demo's.
  const wanted = last.scope === 'full' ? 'full' : scope;
  const startedAt = Date.now();
  console.error(`Installing dependencies (${wanted === 'full' ? 'all' : 'for the demo'}) …`);
  await pnpm(
    ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false', ...scopes[wanted]],
    { quiet: true },
  );
  mkdirSync(path.dirname(markerFile), { recursive: true });
  writeFileSync(markerFile, JSON.stringify({ scope: wanted, lockfile }) + '\n');
  console.error(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

/** Runs the pinned pnpm. Not through corepack: it can refuse the registry's signatures. */
export function pnpm(args, options = {}) {
  return run('npx', ['-y', manifest.packageManager, ...args], { ...options, env: ownHeaders() });
}

/** What is compiled at install uses the headers that came with this Node, instead of fetching them, where they are there. */
function ownHeaders() {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  return existsSync(path.join(prefix, 'include', 'node', 'node.h'))
    ? { npm_config_nodedir: prefix }
    : {};
}

/**
 * Runs a command in the repository. `quiet` shows its output only if it fails; `check: false`
 * resolves with the exit code instead of ending this process on failure.
 */
export function run(command, args, { quiet = false, check = true, cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      // npx and the bin links are .cmd files there.
      shell: process.platform === 'win32',
    });
    const output = [];
    if (quiet)
      for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (d) => output.push(d));
    const stop = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM'];
    for (const signal of signals) process.on(signal, stop);
    const settle = (code, reason) => {
      for (const signal of signals) process.off(signal, stop);
      if (code !== 0) process.stderr.write(Buffer.concat(output));
      if (code !== 0 && check) {
        console.error(`${[command, ...args].join(' ')} ${reason}`);
        process.exit(code);
      }
      resolve(code);
    };
    child.on('error', (error) => settle(1, `could not start: ${error.message}`));
    child.on('close', (code, signal) => settle(signal ? 1 : code, `ended with ${signal || code}`));
  });
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Task Monitor needs Node ${manifest.engines.node}, this is ${process.version}.`);
  process.exit(1);
}

/**
 * npm hands SIGTERM to the shell between it and us, and that shell dies without passing it on. To
 * lose it is the only sign; without this a stopped `npm run demo` would leave its server behind.
 */
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  timer.unref();
}

function readMarker() {
  try {
    return JSON.parse(readFileSync(markerFile, 'utf8'));
  } catch {
    return {};
  }
}

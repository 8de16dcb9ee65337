import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from './bootstrap.mjs';
import { packTarballs } from './tarballs.mjs';

const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
const checks = {
  cjs: [
    ['node_modules/jest/bin/jest.js', '--ci', '--testTimeout=120000'],
    [tsc, '-p', '.'],
  ],
  esm: [['host.mjs'], [tsc, '-p', '.']],
};

const tarballs = await packTarballs();
// Outside the workspace, where nothing but the tarballs can answer for our names.
const directory = mkdtempSync(path.join(tmpdir(), 'task-monitor-consumers-'));
// On exit, not in a finally: a failed install ends this process at once.
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

let red = 0;
for (const [host, commands] of Object.entries(checks)) {
  const cwd = path.join(directory, host);
  cpSync(path.join(root, 'scripts', 'consumers', host), cwd, { recursive: true });
  dependOnTarballs(path.join(cwd, 'package.json'));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', install, { cwd, quiet: true });
  for (const args of commands) {
    const failed = await run(process.execPath, args, { cwd, quiet: true, check: false });
    console.log(`${failed ? 'FAILED' : 'ok'}  ${host}: node ${path.basename(args[0])}`);
    red += failed;
  }
}
if (red > 0) process.exitCode = 1;

function dependOnTarballs(file) {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const ours = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
  manifest.dependencies = { ...manifest.dependencies, ...ours };
  // Our packages name each other by version; no registry has that version yet.
  manifest.overrides = ours;
  writeFileSync(file, JSON.stringify(manifest));
}

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './bootstrap.mjs';
import { bundle } from './bundle.mjs';

const timeoutMs = 300_000;

/**
 * Runs the `check` script of every example and asserts that each line of its `expected-output.txt`
 * is printed, in that order. `…` in a line stands for anything; other lines may come between.
 */
for (const name of readdirSync(path.join(root, 'examples'))) {
  const directory = path.join(root, 'examples', name);
  const read = (file) => readFileSync(path.join(directory, file), 'utf8');
  const [program, ...args] = JSON.parse(read('package.json')).scripts.check.split(' ');
  const expected = read('expected-output.txt').split('\n').filter(Boolean);
  if (!bundled(name)) continue;
  const { code, output } = await capture(program, args, directory);
  // An example that asserts nothing would be green whatever it prints.
  const missing = expected.length > 0 ? firstMissing(expected, output) : 'an expected output';
  if (code === 0 && missing === undefined) {
    console.log(`ok  ${name}: ${expected.length} expected lines`);
    continue;
  }
  console.log(output);
  console.log(`FAILED  ${name}: exit ${code}${missing ? `, not printed: ${missing}` : ''}`);
  process.exitCode = 1;
}

function bundled(name) {
  try {
    bundle(`examples/${name}`);
    return true;
  } catch {
    console.log(`FAILED  ${name}: could not be bundled`);
    process.exitCode = 1;
    return false;
  }
}

function capture(program, args, cwd) {
  return new Promise((resolve) => {
    const command = program === 'node' ? process.execPath : program;
    const child = spawn(command, args, {
      cwd,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (data) => (output += data));
    child.on('close', (code, signal) => resolve({ code: signal ?? code, output }));
  });
}

function firstMissing(expected, output) {
  const lines = output.split('\n');
  let from = 0;
  for (const line of expected) {
    const pattern = new RegExp(line.split('…').map(escape).join('.*'));
    const at = lines.findIndex((printed, index) => index >= from && pattern.test(printed));
    if (at < 0) return line;
    from = at + 1;
  }
  return undefined;
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

import path from 'node:path';
import { bootstrap, run } from './bootstrap.mjs';

const bin = (name, ...args) => [path.join('node_modules', '.bin', name), ...args];
const script = (name) => [process.execPath, path.join('scripts', `${name}.mjs`)];
const fix = process.argv.includes('--fix');

/** Everything CI runs, in this order; `needs` is run first when only some are asked for. */
const steps = {
  format: { command: bin('prettier', fix ? '--write' : '--check', '--log-level', 'warn', '.') },
  lint: { command: bin('eslint', '--max-warnings', '0', ...(fix ? ['--fix'] : []), '.') },
  types: { command: bin('tsc', '-p', '.') },
  // It runs in a browser: a program of its own, with other globals.
  'page-types': { command: bin('tsc', '-p', 'packages/dashboard') },
  page: { command: script('page') },
  imports: { command: script('import-rules'), needs: 'page' },
  unused: { command: bin('knip', '--no-progress'), needs: 'page' },
  test: { command: script('test') },
  build: { command: script('build') },
  package: { command: script('package-shape'), needs: 'build' },
  consumers: { command: script('consumers'), needs: 'build' },
  examples: { command: script('examples') },
  snippets: { command: script('snippets') },
  bench: { command: [...script('bench'), '--once'] },
};

const chosen = choose(process.argv.slice(2).filter((argument) => argument !== '--fix'));
await bootstrap('full');

const rows = [];
for (const name of chosen) {
  const { command, needs } = steps[name];
  if (rows.some((row) => row.name === needs && !row.green)) {
    rows.push({ name, green: false, note: `needs ${needs}` });
    continue;
  }
  console.log(`\n── ${name} ──`);
  const startedAt = Date.now();
  const code = await run(command[0], command.slice(1), { check: false });
  rows.push({ name, green: code === 0, note: `${((Date.now() - startedAt) / 1000).toFixed(1)} s` });
}

console.log('\n── summary ──');
for (const { name, green, note } of rows)
  console.log(`${green ? 'ok    ' : 'FAILED'}  ${name.padEnd(10)} ${note}`);
if (rows.some((row) => !row.green)) process.exitCode = 1;

/** `check`, `check lint types`, `check --skip test`: the names of the steps to run, in order. */
function choose(args) {
  const names = Object.keys(steps);
  if (args.includes('--list')) {
    console.log(names.join('\n'));
    process.exit(0);
  }
  const skip = args[0] === '--skip';
  const given = skip ? args.slice(1) : args;
  const unknown = given.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`No step "${unknown.join('", "')}". There are: ${names.join(', ')}.`);
    process.exit(1);
  }
  if (skip) return names.filter((name) => !given.includes(name));
  if (given.length === 0) return names;
  const needed = given.map((name) => steps[name].needs);
  return names.filter((name) => given.includes(name) || needed.includes(name));
}

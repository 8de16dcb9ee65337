import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './bootstrap.mjs';

const folders = ['packages', 'examples', 'benchmarks', 'chaos'];
const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Cruises the workspace in `directory` and returns its modules and rule violations. */
export function cruise(directory) {
  let output;
  try {
    output = execFileSync(
      process.execPath,
      [cruiser, ...folders, '--config', '.dependency-cruiser.mjs', '--output-type', 'json'],
      { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 28 },
    );
  } catch (error) {
    // It exits with the number of violations; without a report something else went wrong.
    if (!error.stdout) throw error;
    output = error.stdout;
  }
  const { modules, summary } = JSON.parse(output);
  return { modules: modules.map((module) => module.source), violations: summary.violations };
}

function checkImports() {
  const { modules, violations } = cruise(root);
  // A TypeScript that the cruiser cannot load yields "0 modules, 0 violations": green, and blind.
  const unseen = readdirSync(path.join(root, 'packages'))
    .map((name) => `packages/${name}/src/index.ts`)
    .filter((file) => existsSync(path.join(root, file)) && !modules.includes(file));
  for (const file of unseen) console.error(`${file} was not cruised`);
  for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} → ${to}`);
  console.log(`${modules.length} modules, ${violations.length} violations`);
  if (unseen.length + violations.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) checkImports();

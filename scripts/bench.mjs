import { existsSync } from 'node:fs';
import path from 'node:path';
import { bootstrap, root, run } from './bootstrap.mjs';
import { bundle } from './bundle.mjs';

await bootstrap('full');
const programs = bundle('benchmarks');
// Beside them are programs that they start.
const names = [...programs.keys()]
  .filter((program) => program.endsWith('.bench'))
  .map((program) => program.replace(/\.bench$/, ''));
const given = process.argv.slice(2);
const wanted = given[0]?.startsWith('--') ? undefined : given[0];
const args = wanted ? given.slice(1) : given;
const chosen = names.filter((name) => !wanted || name === wanted);
if (chosen.length === 0) {
  console.error(`No benchmark ${wanted ? `"${wanted}"` : 'yet'}. There are: ${names.join(', ')}.`);
  process.exit(1);
}
// This one starts that example's server.
if (chosen.includes('busy-backend')) bundle('examples/rag-backend');
// This one imports what is published. Not yesterday's, unless its numbers mean nothing anyway.
if (chosen.includes('import') && !(args.includes('--once') && isBuilt()))
  await run(process.execPath, ['scripts/build.mjs']);
for (const name of chosen) {
  // A process each: one benchmark's heap and inline caches must not colour the next.
  await run(process.execPath, ['--expose-gc', programs.get(`${name}.bench`), ...args]);
}

function isBuilt() {
  return ['core', 'http', 'express'].every((name) =>
    existsSync(path.join(root, 'packages', name, 'dist', 'index.js')),
  );
}

import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bootstrap, pnpm, root } from './bootstrap.mjs';
import { buildPage } from './page.mjs';

await bootstrap('full');
buildPage();
// Each package builds two formats at once, so neither may clear the folder they share.
for (const name of readdirSync(path.join(root, 'packages')))
  rmSync(path.join(root, 'packages', name, 'dist'), { recursive: true, force: true });
await pnpm(['--recursive', '--filter', './packages/*', 'run', 'build'], { quiet: true });

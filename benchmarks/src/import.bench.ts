import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publish } from './report.js';
import { median } from './sample.js';
import { readSettings } from './settings.js';

/**
 * What it takes to import core and the Express adapter, as they are built to be published, beside Express itself: each time in a
 * new process, with and without them in turns. And what installing them adds.
 */
const settings = readSettings(process.argv.slice(2));
const PAIRS = settings.once ? 1 : 61;
const OURS = ['@task-monitor/core', '@task-monitor/express'] as const;

const here = fileURLToPath(new URL('.', import.meta.url));
const pairs: { readonly alone: number; readonly together: number }[] = [];
for (let pair = 0; pair < PAIRS; pair++)
  pairs.push({ alone: importMs(['express']), together: importMs(['express', ...OURS]) });

const added = median(pairs.map(({ alone, together }) => together - alone));
const ours = installed(OURS);
const expressAlone = installed(['express']);
publish(
  {
    name: 'import',
    rows: [
      {
        '': 'Express alone',
        'ms to import': median(pairs.map(({ alone }) => alone)),
        ...expressAlone,
      },
      {
        '': 'core and the Express adapter',
        'ms to import': added,
        ...ours,
      },
    ],
    aims: [
      { what: 'ms that core and the adapter add, median of pairs', measured: added, atMost: 30 },
    ],
  },
  settings,
);

/** How long a new process takes to import `names`, one after the other. */
function importMs(names: readonly string[]): number {
  const program = `const startedAt = performance.now();
    for (const name of ${JSON.stringify(names)}) await import(name);
    console.log(performance.now() - startedAt);`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program],
    // Names are looked up from here, where they lead to what is built, not to the source.
    { cwd: here, encoding: 'utf8' },
  );
  const ms = Number.parseFloat(stdout);
  if (Number.isNaN(ms)) throw new Error(`${names.join(', ')} cannot be imported: ${stderr}`);
  return ms;
}

/** What `names` bring with all that they depend on. */
function installed(names: readonly string[]) {
  const folders = new Set<string>();
  const add = (name: string, from: string): void => {
    const folder = folderOf(name, from);
    if (folders.has(folder)) return;
    folders.add(folder);
    const { dependencies } = manifestOf(folder);
    for (const dependency of Object.keys(dependencies ?? {})) add(dependency, folder);
  };
  for (const name of names) add(name, here);
  const bytes = [...folders].reduce((sum, folder) => sum + publishedBytes(folder), 0);
  return { packages: folders.size, 'KB installed': bytes / 1_024 };
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Where `name` is installed for those in `from`. */
function folderOf(name: string, from: string): string {
  const places = createRequire(path.join(from, 'package.json')).resolve.paths(name) ?? [];
  const place = places.find((one) => existsSync(path.join(one, name, 'package.json')));
  if (place === undefined) throw new Error(`${name} is not installed for ${from}.`);
  return realpathSync(path.join(place, name));
}

/** Of a package in this workspace only what is published of it. */
function publishedBytes(folder: string): number {
  const isOurs = !folder.includes(`${path.sep}node_modules${path.sep}`);
  const published = ['package.json', 'README.md', 'LICENSE', ...(manifestOf(folder).files ?? [])];
  return (isOurs ? published : readdirSync(folder))
    .filter((entry) => entry !== 'node_modules')
    .reduce((sum, entry) => sum + bytesOf(path.join(folder, entry)), 0);
}

function bytesOf(file: string): number {
  const stats = statSync(file);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(file).reduce((sum, entry) => sum + bytesOf(path.join(file, entry)), 0);
}

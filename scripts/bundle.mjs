import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './bootstrap.mjs';
import { buildPage } from './page.mjs';

/** The files of a private package that are programs: each becomes `dist/<name>.js`. */
const program = /^(index|main|verify|(.+-)?worker|.+\.bench)\.ts$/;

/**
 * Turns the programs in `<folder>/src` into plain JavaScript beside each other in `<folder>/dist`,
 * and returns their paths by name. Our packages go in from source (tsconfig's `paths`), so nothing
 * has to be built first; the folder's own dependencies stay outside and load from node_modules.
 *
 * `src` and `dist` are siblings, so `new URL('../media/', import.meta.url)` means the same in both.
 */
export function bundle(folder) {
  const directory = path.join(root, folder);
  // From the package itself: after an install for the demo the root has no esbuild.
  const { buildSync } = createRequire(path.join(directory, 'package.json'))('esbuild');
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(directory, 'package.json'), 'utf8'),
  );
  const source = path.join(directory, 'src');
  const programs = existsSync(source)
    ? readdirSync(source).filter((file) => program.test(file))
    : [];
  const outdir = path.join(directory, 'dist');
  try {
    if (dependencies?.['@task-monitor/dashboard'] !== undefined) buildPage();
    // The asynchronous form would leave a service process running beside the program.
    buildSync({
      absWorkingDir: root,
      entryPoints: programs.map((file) => path.join(source, file)),
      outdir,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      loader: { '.sql': 'text' },
      sourcemap: true,
      external: Object.keys({ ...dependencies, ...devDependencies }).filter(
        (name) => !name.startsWith('@task-monitor/'),
      ),
      // What our packages depend on goes in, too, and where it is CommonJS it asks for Node's own modules with `require`.
      banner: {
        js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
  } catch (error) {
    // Not to run yesterday's program. A good build overwrites instead: one may be running.
    rmSync(outdir, { recursive: true, force: true });
    throw error;
  }
  return new Map(
    programs.map((file) => {
      const name = file.slice(0, -'.ts'.length);
      return [name, path.join(outdir, `${name}.js`)];
    }),
  );
}

/**
 * Bundles a private package and becomes one of its programs. Same process, not a child: signals,
 * terminal and exit code are the program's own.
 */
export async function become(folder, name, args) {
  const file = bundle(folder).get(name);
  if (!file) throw new Error(`${folder}/src/${name}.ts is not there.`);
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { build } from 'vite';
import { jsx, jsxFactory, leanUPlot } from './lean.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const source = path.join(root, 'packages/dashboard');
const [, , target, mark] = process.argv;

const { output } = await build({
  configFile: false,
  root: source,
  publicDir: false,
  // As it is written here, whatever lies in folders above.
  envDir: false,
  css: { postcss: {} },
  logLevel: 'warn',
  plugins: [ownDependencies(), plainHtml(), jsxFactory(), leanUPlot()],
  // From source, as everywhere in this repository.
  resolve: { alias: { '@task-monitor/client': path.join(root, 'packages/client/src/index.ts') } },
  oxc: { jsx },
  experimental: {
    // The page is at `…/ui`, without a slash at its end: what lies below it begins with that.
    renderBuiltUrl: (name, { hostType }) =>
      hostType === 'html' ? `ui/${name}` : { relative: true },
  },
  build: {
    write: false,
    // The browsers of the last two years.
    target: ['chrome131', 'edge131', 'firefox132', 'safari18.1'],
    modulePreload: false,
    cssCodeSplit: false,
    // The policy of the page allows no address with the data in it but for images.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: false,
        entryFileNames: 'app.js',
        assetFileNames: ({ names: [name] }) =>
          name?.endsWith('.css') ? 'app.css' : '[name][extname]',
      },
    },
  },
});

const files = Object.fromEntries(
  output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : textOf(file.source)]),
);
// What the bundler made small becomes a hundredth smaller.
const small = await minify(files['app.js'], { module: true, ecma: 2020, compress: { passes: 3 } });
files['app.js'] = small.code;
files['refused.html'] = readFileSync(path.join(source, 'refused.html'), 'utf8');

const wanted = ['app.css', 'app.js', 'icon.svg', 'index.html', 'refused.html'];
const built = Object.keys(files).sort();
// Each of them has a name in the package and is served; a file more would be missing there.
if (built.join() !== wanted.join())
  throw new Error(
    `The page is to have the files ${wanted.join(', ')}; it has ${built.join(', ')}.`,
  );

// In one step: others may read it meanwhile.
const draft = `${target}.${process.pid}`;
writeFileSync(draft, `// ${mark}\nexport const files = ${JSON.stringify(files, null, 2)};\n`);
renameSync(draft, target);

/** What the page imports is what this package depends on: an install for the demo has it nowhere else. */
function ownDependencies() {
  return {
    name: 'own-dependencies',
    enforce: 'pre',
    resolveId(id, importer) {
      const isPackage = /^[a-z@]/i.test(id) && !id.startsWith('@task-monitor/');
      if (!isPackage || path.isAbsolute(id) || !importer?.startsWith(path.join(root, 'packages')))
        return null;
      return this.resolve(id, fileURLToPath(import.meta.url), { skipSelf: true });
    },
  };
}

/** Everything is of one origin: `crossorigin` says nothing there. */
function plainHtml() {
  return {
    name: 'plain-html',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => html.replaceAll(' crossorigin', ''),
    },
  };
}

function textOf(source) {
  return typeof source === 'string' ? source : Buffer.from(source).toString('utf8');
}

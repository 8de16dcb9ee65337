/** Who may import whom among the packages. A package that is not named here may import nothing. */
const mayImport = {
  core: [],
  process: ['core'],
  http: ['core'],
  express: ['http', 'core'],
  client: ['http'],
  dashboard: ['client', 'http'],
  cli: ['client', 'process', 'core'],
  'store-sqlite': ['core'],
  'store-postgres': ['core'],
};

/** What tests of a package may import beside that: what it is tested with. */
const testsMayImport = {
  client: ['core', 'express', 'store-sqlite'],
  dashboard: ['client', 'core', 'express'],
  cli: ['express'],
};

const known = Object.keys(mayImport).join('|');
const entryPoint = '^packages/[^/]+/src/(index|testing/index|react/index)\\.ts$';

function importRule(name, allowed, from) {
  return {
    name: `${name}-imports-only-${allowed.join('-and-') || 'itself'}`,
    severity: 'error',
    from: { path: `^packages/${name}/`, ...from },
    to: {
      path: '^(packages|examples|benchmarks|chaos)/',
      pathNot: `^packages/(${[name, ...allowed].join('|')})/`,
    },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(mayImport).flatMap(([name, allowed]) => [
      importRule(name, allowed, { pathNot: `^packages/${name}/test/` }),
      importRule(name, [...allowed, ...(testsMayImport[name] ?? [])], {
        path: `^packages/${name}/test/`,
      }),
    ]),
    {
      name: 'client-imports-only-types',
      severity: 'error',
      // What it needs at run time is a part of every page.
      from: { path: '^packages/client/src/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/client/|/node_modules/react/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'page-imports-only-types-of-http',
      severity: 'error',
      from: { path: '^packages/dashboard/src/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^packages/http/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'published-dashboard-is-the-built-page',
      severity: 'error',
      // Back ends import it; the rest of its source is for browsers.
      from: { path: '^packages/dashboard/src/index\\.ts$' },
      to: { pathNot: '^packages/dashboard/generated/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'package-missing-from-the-table',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${known})/` },
      to: {},
    },
    {
      name: 'no-cycle',
      severity: 'error',
      // A cycle of types alone costs nothing at run time.
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-deep-import',
      severity: 'error',
      from: { path: '^packages/([^/]+)/', pathNot: '^packages/[^/]+/test/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', entryPoint] },
    },
    {
      name: 'no-deep-import-from-tests',
      severity: 'error',
      from: { path: '^packages/([^/]+)/test/' },
      // What answers may be is checked in one place, for whatever serves them.
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/$1/',
          entryPoint,
          '^packages/http/test/declared-answer\\.ts$',
          '^packages/client/test/(chromium|task-server)\\.ts$',
        ],
      },
    },
    {
      name: 'no-deep-import-from-outside',
      severity: 'error',
      from: { path: '^examples/', pathNot: '^examples/[^/]+/test/' },
      to: { path: '^packages/', pathNot: entryPoint },
    },
    {
      name: 'no-deep-import-from-benchmarks',
      severity: 'error',
      // The server on which the PostgreSQL store is tested, with other settings.
      from: { path: '^benchmarks/' },
      to: {
        path: '^packages/',
        pathNot: [entryPoint, '^packages/store-postgres/test/postgres-server\\.ts$'],
      },
    },
    {
      name: 'no-deep-import-from-tests-of-examples',
      severity: 'error',
      from: { path: '^examples/[^/]+/test/' },
      // The servers on which the stores are tested.
      to: {
        path: '^packages/',
        pathNot: [entryPoint, '^packages/store-[^/]+/test/[^/.]+\\.ts$'],
      },
    },
    {
      name: 'no-deep-import-from-chaos',
      severity: 'error',
      from: { path: '^chaos/' },
      // The stores' own test servers are what it makes trouble with, and clients of the API what has to get over it.
      to: {
        path: '^packages/',
        pathNot: [entryPoint, '^packages/(store-[^/]+|express)/test/[^/.]+\\.ts$'],
      },
    },
    {
      name: 'no-import-between-examples',
      severity: 'error',
      from: { path: '^examples/([^/]+)/' },
      to: { path: '^(examples|benchmarks|chaos)/', pathNot: '^examples/$1/' },
    },
    {
      name: 'no-test-import',
      severity: 'error',
      from: {},
      to: { path: '\\.test\\.tsx?$' },
    },
    {
      name: 'no-test-suite-in-production',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|^packages/core/src/testing/|/test/|^chaos/)' },
      to: { path: '^packages/core/src/testing/' },
    },
    {
      name: 'no-dev-dependency-in-a-package',
      severity: 'error',
      // The page has everything that it imports in its own script.
      from: {
        path: '^packages/[^/]+/src/',
        pathNot: '(\\.test\\.tsx?$|/testing/|^packages/dashboard/src/(?!index\\.ts$))',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
    {
      name: 'no-unresolvable-import',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: '^[^/]+/[^/]+/(dist|media)/|^(benchmarks|chaos)/dist/|tsup\\.(config|base)\\.ts$',
    },
    tsConfig: { fileName: 'tsconfig.json' },
    // Without it an `import type` across the table would go unseen.
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};

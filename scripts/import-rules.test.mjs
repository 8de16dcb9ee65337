import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './bootstrap.mjs';
import { cruise } from './import-rules.mjs';

const plants = {
  'packages/core/src/planted-upward.ts': "export { x } from '@task-monitor/http';",
  'packages/core/src/planted-type.ts': "export type { X } from '@task-monitor/process';",
  'packages/core/src/planted-cycle-a.ts':
    "import { b } from './planted-cycle-b.js';\nexport const a = () => b;",
  'packages/core/src/planted-cycle-b.ts':
    "import { a } from './planted-cycle-a.js';\nexport const b = () => a;",
  'packages/http/src/planted-deep.ts': "export * from '../../core/src/planted-cycle-a.js';",
  'packages/http/src/planted-deep-by-name.ts':
    "export * from '@task-monitor/core/src/planted-cycle-a.js';",
  'packages/express/test/planted-deep.ts': "export * from '../../http/test/a-task.js';",
  'examples/quickstart/src/planted-deep.ts':
    "export * from '../../../packages/core/src/planted-cycle-a.js';",
  'examples/quickstart/src/planted-server.ts':
    "export * from '../../../packages/store-postgres/test/postgres-server.js';",
  'examples/quickstart/test/planted-deep.ts':
    "export * from '../../../packages/core/src/planted-cycle-a.js';",
  'examples/quickstart/test/planted-allowed.ts':
    "export * from '../../../packages/store-postgres/test/postgres-server.js';",
  'benchmarks/src/planted-deep.ts': "export * from '../../packages/store-postgres/test/nobody.js';",
  'benchmarks/src/planted-allowed.ts':
    "export * from '../../packages/store-postgres/test/postgres-server.js';",
  'packages/http/src/planted-allowed.ts': "export * from '@task-monitor/core';",
  'packages/core/src/planted.test.ts': 'export const t = 1;',
  'packages/core/src/planted-test-import.ts': "export { t } from './planted.test.js';",
  'packages/core/src/planted-suite-import.ts': "export * from './testing/index.js';",
  'packages/process/src/planted-dev-dependency.ts':
    "import { build } from 'tsup';\nexport const b = build;",
  'packages/client/src/planted-value.ts': "export { ENDPOINTS } from '@task-monitor/http';",
  'packages/client/src/planted-type.ts': "export type { EndpointName } from '@task-monitor/http';",
  'packages/dashboard/src/planted-value.tsx': "export { ENDPOINTS } from '@task-monitor/http';",
  'packages/dashboard/src/planted-type.tsx':
    "export { TaskClient } from '@task-monitor/client';\nexport type { WireTask } from '@task-monitor/http';",
  'packages/dashboard/src/planted-core.tsx': "export { TaskMonitor } from '@task-monitor/core';",
  'packages/stranger/src/index.ts': "export * from '@task-monitor/core';",
};

describe('import rules', () => {
  let directory;
  let caught;

  beforeAll(() => {
    // A copy, so that a plant can never be left behind in the repository.
    directory = mkdtempSync(path.join(tmpdir(), 'task-monitor-imports-'));
    const isSource = (file) => !/[\\/](node_modules|dist|media)$/.test(file);
    for (const folder of ['packages', 'examples', 'benchmarks', 'chaos'])
      cpSync(path.join(root, folder), path.join(directory, folder), {
        recursive: true,
        filter: isSource,
      });
    for (const file of ['package.json', 'tsconfig.json', 'tsconfig.base.json'])
      cpSync(path.join(root, file), path.join(directory, file));
    cpSync(
      path.join(root, '.dependency-cruiser.mjs'),
      path.join(directory, '.dependency-cruiser.mjs'),
    );
    for (const folder of ['.', 'packages/process'])
      symlinkSync(
        path.join(root, folder, 'node_modules'),
        path.join(directory, folder, 'node_modules'),
      );
    for (const [file, text] of Object.entries(plants)) {
      mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
      writeFileSync(path.join(directory, file), text + '\n');
    }
    caught = cruise(directory).violations.map(({ rule, from }) => `${rule.name} ${from}`);
  }, 300_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each([
    [
      'an import against the table',
      'core-imports-only-itself',
      'packages/core/src/planted-upward.ts',
    ],
    [
      'a type import against the table',
      'core-imports-only-itself',
      'packages/core/src/planted-type.ts',
    ],
    ['a cycle', 'no-cycle', 'packages/core/src/planted-cycle-a.ts'],
    ['a deep import by path', 'no-deep-import', 'packages/http/src/planted-deep.ts'],
    [
      'a deep import by name',
      'no-unresolvable-import',
      'packages/http/src/planted-deep-by-name.ts',
    ],
    [
      'a deep import from the tests of a package',
      'no-deep-import-from-tests',
      'packages/express/test/planted-deep.ts',
    ],
    [
      'a deep import from an example',
      'no-deep-import-from-outside',
      'examples/quickstart/src/planted-deep.ts',
    ],
    [
      "an example with a store's test server",
      'no-deep-import-from-outside',
      'examples/quickstart/src/planted-server.ts',
    ],
    [
      'a deep import from the tests of an example',
      'no-deep-import-from-tests-of-examples',
      'examples/quickstart/test/planted-deep.ts',
    ],
    [
      'a deep import from a benchmark',
      'no-deep-import-from-benchmarks',
      'benchmarks/src/planted-deep.ts',
    ],
    ['an import of a test', 'no-test-import', 'packages/core/src/planted-test-import.ts'],
    [
      'an import of the test suite',
      'no-test-suite-in-production',
      'packages/core/src/planted-suite-import.ts',
    ],
    [
      'an import of a development dependency',
      'no-dev-dependency-in-a-package',
      'packages/process/src/planted-dev-dependency.ts',
    ],
    [
      'an import into the client of more than a type',
      'client-imports-only-types',
      'packages/client/src/planted-value.ts',
    ],
    [
      'an import into the page of more than a type of the server',
      'page-imports-only-types-of-http',
      'packages/dashboard/src/planted-value.tsx',
    ],
    [
      'an import into the page that is against the table',
      'dashboard-imports-only-client-and-http',
      'packages/dashboard/src/planted-core.tsx',
    ],
    [
      'a package outside the table',
      'package-missing-from-the-table',
      'packages/stranger/src/index.ts',
    ],
  ])('catch %s', (_what, rule, from) => {
    expect(caught).toContain(`${rule} ${from}`);
  });

  it('let an import through that the table allows', () => {
    expect(caught.filter((line) => line.includes('planted-allowed'))).toEqual([]);
    expect(caught.filter((line) => line.includes('client/src/planted-type'))).toEqual([]);
    expect(caught.filter((line) => line.includes('dashboard/src/planted-type'))).toEqual([]);
  });
});

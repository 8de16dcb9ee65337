import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bootstrap, root, run } from './bootstrap.mjs';
import config from '../jest.config.js';

await bootstrap('full');

const results = path.join(root, 'node_modules', '.cache');
mkdirSync(results, { recursive: true });

// As flags, not in NODE_OPTIONS: jest hands them to its workers, and the processes that tests start stay clean.
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const given = process.argv.slice(2);

// What thousands of random histories leave in memory would slow down all that comes after them in the same process. What is
// ignored on the command line takes the place of what is ignored anyway.
const HISTORIES = 'model\\.test\\.ts$';
const IGNORED = [HISTORIES, ...config.testPathIgnorePatterns];
const runs = given.length > 0 ? [given] : [['--testPathIgnorePatterns', ...IGNORED], [HISTORIES]];

const total = { passed: 0, failed: 0, skipped: 0 };
let isGreen = true;
for (const [number, args] of runs.entries()) {
  const resultFile = path.join(results, `jest-${process.pid}-${number}.json`);
  const code = await run(
    process.execPath,
    [...flags, jest, '--json', `--outputFile=${resultFile}`, ...args],
    { check: false },
  );
  const { passed, failed, skipped } = tally(resultFile);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  isGreen &&= code === 0 && failed === 0 && passed > 0;
}

const { passed, failed, skipped } = total;
if (passed + failed === 0) console.error('No test ran.');
if (process.env.CI && skipped > 0) console.error('CI is set, and here nothing may be skipped.');
process.exitCode = isGreen && !(process.env.CI && skipped > 0) ? 0 : 1;
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`);

function tally(resultFile) {
  try {
    const result = JSON.parse(readFileSync(resultFile, 'utf8'));
    return {
      passed: result.numPassedTests,
      // A file that could not even be loaded has no tests to count as failed.
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  } finally {
    rmSync(resultFile, { force: true });
  }
}

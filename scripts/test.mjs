import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bootstrap, root, run } from './bootstrap.mjs';

await bootstrap('full');

const resultFile = path.join(root, 'node_modules', '.cache', `jest-${process.pid}.json`);
mkdirSync(path.dirname(resultFile), { recursive: true });

// As flags, not in NODE_OPTIONS: jest hands them to its workers, and the processes that tests start stay clean.
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const code = await run(
  process.execPath,
  [...flags, jest, '--json', `--outputFile=${resultFile}`, ...process.argv.slice(2)],
  { check: false },
);

const { passed, failed, skipped } = tally();
if (passed + failed === 0) console.error('No test ran.');
if (process.env.CI && skipped > 0) console.error('CI is set, and here nothing may be skipped.');
const green = code === 0 && failed === 0 && passed > 0 && !(process.env.CI && skipped > 0);
process.exitCode = green ? 0 : 1;
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`);

function tally() {
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

import { execFileSync } from 'node:child_process';

/** A program that some tests drive. */
interface SystemTool {
  /** The first of these that runs with `args` is it. */
  readonly candidates: readonly string[];
  readonly args: readonly string[];
  /** The line that installs it. */
  readonly install: string;
}

export const FFMPEG: SystemTool = {
  candidates: ['ffmpeg'],
  args: ['-version'],
  install: 'apt-get install ffmpeg',
};

export const PYTHON_WITH_TQDM: SystemTool = {
  candidates: ['python3', '/usr/bin/python3'],
  args: ['-c', 'import tqdm'],
  install: 'apt-get install python3-tqdm',
};

/**
 * Describes what needs a program, which `tests` is given the path of. Where it is not installed the tests are skipped, by
 * a name that says how to install it; where `CI` is set they fail, as a test that never runs there would prove nothing.
 */
export function describeWith(tool: SystemTool, title: string, tests: (path: string) => void): void {
  const path = tool.candidates.find((candidate) => runs(candidate, tool.args));
  if (path !== undefined) {
    describe(title, () => tests(path));
    return;
  }
  const missing = `needs what is not installed here: ${tool.install}`;
  if (process.env['CI']) {
    it(`${title} ${missing}`, () => {
      throw new Error(`This test ${missing}`);
    });
  } else {
    describe.skip(`${title} ${missing}`, () => tests(''));
  }
}

function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

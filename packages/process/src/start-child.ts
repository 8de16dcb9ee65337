import { type ChildProcess, spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.js';
import type { CommandSettings } from './command-options.js';
import { notStarted, spawnFailure } from './spawn-failure.js';

/**
 * Starts `command` without a shell, in a process group of its own, with pipes for its output. The child is there when this
 * resolves; its output waits until it is read.
 *
 * @throws {@link TaskFailedError} SPAWN_FAILED, naming what could not be started, why, and what to do.
 */
export async function startChild(
  command: readonly string[],
  { cwd, env, inheritEnv, input, keepInputOpen, inheritInput }: CommandSettings,
  platform: NodeJS.Platform = process.platform,
): Promise<ChildProcess> {
  const [name = '', ...args] = command;
  const environment = childEnvironment(env ?? {}, inheritEnv);
  const refusal = whyNot(command, cwd, environment, platform);
  if (refusal !== null) throw notStarted(name, refusal);

  const ownInput = input !== undefined || keepInputOpen;
  let child: ChildProcess;
  try {
    child = spawn(name, args, {
      cwd,
      env: environment,
      shell: false,
      detached: platform !== 'win32',
      windowsHide: true,
      stdio: [ownInput ? 'pipe' : inheritInput ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw await spawnFailure({ name, cwd: cwd ?? null }, error);
  }
  // Stays for the child's life: a signal that could not be sent is reported by this event too, and must not throw.
  const failed = new Promise((resolve) => child.on('error', resolve));
  if (child.pid === undefined) {
    const error = await failed;
    // Whoever is out of files has no pipes at all; else they are there, and would stay open.
    for (const pipe of (child.stdio as typeof child.stdio | undefined) ?? []) pipe?.destroy();
    throw await spawnFailure({ name, cwd: cwd ?? null }, error);
  }

  // The child may end, or close its input, before it has read all of it.
  child.stdin?.on('error', () => {});
  if (input !== undefined) child.stdin?.write(input);
  if (!keepInputOpen) child.stdin?.end();
  return child;
}

/** What no system would be asked for. */
function whyNot(
  command: readonly string[],
  cwd: string | undefined,
  environment: Record<string, string | undefined>,
  platform: NodeJS.Platform,
): string | null {
  if (!command[0]) return 'the command is empty; its first element is the program';
  // Windows runs these by cmd.exe, which takes arguments apart by rules of its own (CVE-2024-27980).
  if (platform === 'win32' && /\.(?:bat|cmd)[\s.]*$/i.test(command[0])) {
    return 'batch files need a shell, which would execute what stands in their arguments; name the program that it calls';
  }
  const argument = command.findIndex(hasNul);
  if (argument !== -1) {
    return `${argument === 0 ? 'the program' : `argument ${argument}`} contains a NUL character, which no argument can`;
  }
  if (cwd !== undefined && hasNul(cwd)) return 'the working directory contains a NUL character';
  const variable = Object.entries(environment).find(
    ([key, value]) => hasNul(key) || hasNul(value ?? ''),
  );
  return variable
    ? `the environment variable ${JSON.stringify(variable[0])} contains a NUL character, which no variable can`
    : null;
}

function hasNul(text: string): boolean {
  return text.includes('\0');
}

import { isatty } from 'node:tty';
import manifest from '../package.json' with { type: 'json' };
import { UsageError } from './cli-error.js';
import type { Invocation, RunCommand } from './command.js';
import { readCommandLine } from './command-line.js';
import { SPECS } from './commands/specs.js';
import { didYouMean } from './did-you-mean.js';
import { EXIT } from './exit-codes.js';
import { commandHelp, generalHelp } from './help.js';
import { Terminal } from './terminal/terminal.js';

/** Each is loaded when it is asked for: none waits for what another needs. */
const COMMANDS: Readonly<Record<string, () => Promise<RunCommand>>> = {
  top: async () => (await import('./commands/top.js')).top,
  watch: async () => (await import('./commands/watch.js')).watch,
  list: async () => (await import('./commands/list.js')).list,
  show: async () => (await import('./commands/show.js')).show,
  output: async () => (await import('./commands/output.js')).output,
  cancel: async () => (await import('./commands/cancel.js')).cancel,
  stats: async () => (await import('./commands/stats.js')).stats,
  cleanup: async () => (await import('./commands/cleanup.js')).cleanup,
  run: async () => (await import('./commands/run.js')).run,
};

/** Does what the command line says; resolves with the code to end with. */
export async function runCli(args: readonly string[], process: NodeJS.Process): Promise<number> {
  const [name, ...rest] = args;
  const out = new Terminal(process.stdout, { noColor: true, env: process.env });
  if (name === undefined) {
    const errors = new Terminal(process.stderr, { noColor: true, env: process.env });
    await errors.line(generalHelp(errors.columns));
    return EXIT.usage;
  }
  if (name === '--version' || name === '-v') {
    await out.line(manifest.version);
    return EXIT.ok;
  }
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    await out.line(generalHelp(out.columns));
    return EXIT.ok;
  }
  if (name === 'help') {
    await out.line(commandHelp(await specOf(rest[0] as string), out.columns));
    return EXIT.ok;
  }
  if (name.startsWith('-'))
    throw new UsageError(`Options come after the command: task-monitor <command> ${name}.`);
  const spec = await specOf(name);
  const line = await readCommandLine(spec, rest);
  if (line.has('help')) {
    await out.line(commandHelp(spec, out.columns));
    return EXIT.ok;
  }
  const invocation: Invocation = {
    line,
    env: process.env,
    stdin: { isTerminal: isatty(0), stream: () => process.stdin },
    terminal: new Terminal(process.stdout, { noColor: line.has('no-color'), env: process.env }),
    errors: new Terminal(process.stderr, { noColor: line.has('no-color'), env: process.env }),
  };
  const run = await COMMANDS[spec.name]?.();
  if (run === undefined) throw new Error(`${spec.name} has no program.`);
  return run(invocation);
}

async function specOf(name: string) {
  const spec = SPECS.find((one) => one.name === name);
  if (spec !== undefined) return spec;
  const hint = await didYouMean(
    name,
    SPECS.map((one) => one.name),
  );
  throw new UsageError(`There is no command ${JSON.stringify(name)}.${hint}`);
}

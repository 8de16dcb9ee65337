import { SPECS } from './commands/specs.js';
import type { CommandSpec, OptionSpec } from './command.js';

/** What the program says of itself. */
export function generalHelp(): string {
  const rows = SPECS.map(
    ({ name, operands, isRemote, takesCommand, summary }): [string, string] => [
      [name, ...usageOf({ operands, isRemote, takesCommand })].join(' '),
      summary,
    ],
  );
  return [
    'Task Monitor in the terminal: what runs, how far, until when, what failed and why.',
    '',
    'Usage: task-monitor <command> [options]',
    '',
    ...columns(rows),
    '',
    '<url> is where the router is mounted, as http://localhost:8000/tasks; TASK_MONITOR_URL and --url do as well.',
    'Of an <id> its beginning will do, if no other begins alike.',
    '',
    'task-monitor help <command> says more; task-monitor --version is the version.',
  ].join('\n');
}

/** What a command says of itself. */
export function commandHelp(spec: CommandSpec): string {
  return [
    `${spec.summary}.`,
    '',
    `Usage: task-monitor ${[spec.name, ...usageOf(spec), '[options]'].join(' ').replace(/ (-- .*) \[options\]$/, ' [options] $1')}`,
    ...(spec.about.length > 0 ? ['', ...spec.about] : []),
    '',
    'Options:',
    ...columns(Object.entries(spec.options).map(optionRow)),
    '',
    spec.examples.length === 1 ? 'Example:' : 'Examples:',
    ...spec.examples.map((example) => `  task-monitor ${example}`),
  ].join('\n');
}

function usageOf({
  operands,
  isRemote,
  takesCommand,
}: Pick<CommandSpec, 'operands' | 'isRemote' | 'takesCommand'>): string[] {
  return [
    ...(isRemote ? ['<url>'] : []),
    ...operands.map((name) => `<${name}>`),
    ...(takesCommand ? ['-- <command…>'] : []),
  ];
}

function optionRow([name, { short, value, about }]: [string, OptionSpec]): [string, string] {
  const letter = short === undefined ? '    ' : `-${short}, `;
  return [`${letter}--${name}${value === undefined ? '' : ` <${value}>`}`, about];
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

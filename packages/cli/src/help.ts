import { SPECS } from './commands/specs.js';
import type { CommandSpec, OptionSpec } from './command.js';
import { wrapWords } from './terminal/wrap-words.js';

/** Longer lines are hard to read. */
const WIDEST = 100;

/** What the program says of itself. */
export function generalHelp(columns: number): string {
  const width = Math.min(columns, WIDEST);
  const rows = SPECS.map(
    ({ name, operands, isRemote, takesCommand, summary }): [string, string] => [
      [name, ...usageOf({ operands, isRemote, takesCommand })].join(' '),
      summary,
    ],
  );
  return [
    ...wrapWords(
      'Task Monitor in the terminal: what runs, how far, until when, what failed and why.',
      width,
    ),
    '',
    'Usage: task-monitor <command> [options]',
    '',
    ...inColumns(rows, width),
    '',
    ...wrapWords(
      '<url> is where the router is mounted, as http://localhost:8000/tasks; TASK_MONITOR_URL and --url do as well.' +
        ' Of an <id> its beginning will do, if no other begins alike.',
      width,
    ),
    '',
    ...wrapWords(
      'task-monitor help <command> says more; task-monitor --version is the version.',
      width,
    ),
  ].join('\n');
}

/** What a command says of itself. */
export function commandHelp(spec: CommandSpec, columns: number): string {
  const width = Math.min(columns, WIDEST);
  const about = spec.about.join(' ');
  return [
    ...wrapWords(`${spec.summary}.`, width),
    '',
    `Usage: task-monitor ${[spec.name, ...usageOf(spec), '[options]'].join(' ').replace(/ (-- .*) \[options\]$/, ' [options] $1')}`,
    ...(about === '' ? [] : ['', ...wrapWords(about, width)]),
    '',
    'Options:',
    ...inColumns(Object.entries(spec.options).map(optionRow), width),
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

/** With fewer columns left a text stands below what it is about. */
const LEAST_BESIDE = 24;

function inColumns(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  const beside = columns - width - 4;
  if (beside < LEAST_BESIDE)
    return rows.flatMap(([left, right]) => [
      `  ${left}`,
      ...wrapWords(right, columns - 10).map((line) => `          ${line}`),
    ]);
  return rows.flatMap(([left, right]) =>
    wrapWords(right, beside).map(
      (line, index) => `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`,
    ),
  );
}

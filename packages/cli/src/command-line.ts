import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { CommandSpec, OptionSpec } from './command.js';
import { UsageError } from './cli-error.js';
import { didYouMean } from './did-you-mean.js';

/** A command line that was read. */
export class CommandLine {
  readonly spec: CommandSpec;
  readonly operands: readonly string[];
  /** What follows `--`; `null`: there is no `--`. */
  readonly command: readonly string[] | null;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(
    spec: CommandSpec,
    values: ReadonlyMap<string, readonly string[]>,
    operands: readonly string[],
    command: readonly string[] | null,
  ) {
    this.spec = spec;
    this.#values = values;
    this.operands = operands;
    this.command = command;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  value(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /**
   * The value of an option as a whole number.
   *
   * @throws {@link UsageError}
   */
  whole(name: string, least: number, most: number): number | undefined {
    const text = this.value(name);
    if (text === undefined) return undefined;
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    throw new UsageError(
      `Expected --${name} to be a whole number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}, got ${JSON.stringify(text)}.`,
    );
  }
}

/**
 * Reads what follows the name of a command.
 *
 * @throws {@link UsageError} for an option that the command does not have, one without its value, and one that is given twice.
 */
export async function readCommandLine(
  spec: CommandSpec,
  args: readonly string[],
): Promise<CommandLine> {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(spec.options).map(parseArgsOption)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const end = tokens.find(({ kind }) => kind === 'option-terminator');
  for (const token of tokens) {
    if (token.kind === 'option-terminator') break;
    if (token.kind === 'positional') {
      operands.push(token.value);
      continue;
    }
    const { name, rawName, value } = token;
    const option = Object.hasOwn(spec.options, name) ? spec.options[name] : undefined;
    if (option === undefined) throw await unknownOption(spec, rawName);
    checkValue(rawName, option, value);
    const known = values.get(name);
    if (known !== undefined && option.value !== undefined && option.isMany !== true)
      throw new UsageError(`${rawName} is given twice.`);
    values.set(name, [...(known ?? []), value ?? '']);
  }
  const rest = end === undefined ? null : args.slice(end.index + 1);
  if (rest !== null && !spec.takesCommand) operands.push(...rest);
  return new CommandLine(spec, values, operands, spec.takesCommand ? rest : null);
}

function parseArgsOption([name, { short, value }]: [string, OptionSpec]): [
  string,
  NonNullable<ParseArgsConfig['options']>[string],
] {
  const type = value === undefined ? 'boolean' : 'string';
  return [name, { type, multiple: true, ...(short !== undefined && { short }) }];
}

function checkValue(rawName: string, option: OptionSpec, value: string | undefined): void {
  if (option.value === undefined && value !== undefined)
    throw new UsageError(`${rawName} takes no value, got ${JSON.stringify(value)}.`);
  // `--` ends the options, whatever stands before it.
  if (option.value !== undefined && (value === undefined || value === '' || value === '--'))
    throw new UsageError(`${rawName} needs a value: ${rawName} <${option.value}>.`);
}

async function unknownOption(spec: CommandSpec, rawName: string): Promise<UsageError> {
  const names = Object.entries(spec.options).flatMap(([name, { short }]) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
  const hint = await didYouMean(rawName, names);
  return new UsageError(
    `task-monitor ${spec.name} has no option ${JSON.stringify(rawName)}.${hint}`,
  );
}

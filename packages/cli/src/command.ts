import type { CommandLine } from './command-line.js';
import type { Terminal } from './terminal/terminal.js';

export interface OptionSpec {
  /** One letter. */
  readonly short?: string;
  /** What its value is, as help names it; absent: it has none. */
  readonly value?: string;
  /** Whether it may be given more than once. */
  readonly isMany?: boolean;
  readonly about: string;
}

/** What a command takes, and what it says of itself. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What its help says below that. */
  readonly about: readonly string[];
  /** Names of what follows the URL; all of them have to be there. */
  readonly operands: readonly string[];
  /** Whether it asks a server. */
  readonly isRemote: boolean;
  /** Whether what follows `--` is a command of its own. */
  readonly takesCommand: boolean;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Command lines without the name of the program. */
  readonly examples: readonly string[];
}

/** Standard input, which is touched by nobody who does not read it: it may be the command's that `run` runs. */
export interface Input {
  readonly isTerminal: boolean;
  stream(): NodeJS.ReadStream;
}

export interface Invocation {
  readonly line: CommandLine;
  readonly terminal: Terminal;
  /** For what is said beside the answer. */
  readonly errors: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Input;
}

/** Resolves with the code that the process ends with. */
export type RunCommand = (invocation: Invocation) => Promise<number>;

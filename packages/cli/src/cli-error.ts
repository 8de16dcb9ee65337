/** Something that a person can mend: its message says what, where and how, and there is no stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A command line that cannot be read. */
export class UsageError extends CliError {
  constructor(message: string) {
    super(2, message);
  }
}

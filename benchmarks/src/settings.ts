/** How a benchmark was asked for: `[--once] [--json file]`. */
export interface Settings {
  /** A few operations only, to show that the benchmark still runs. Its numbers mean nothing. */
  readonly once: boolean;
  /** The file that the results are added to. */
  readonly jsonFile: string | null;
}

export function readSettings(args: readonly string[]): Settings {
  let once = false;
  let jsonFile: string | null = null;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    const value = args[index + 1];
    if (arg === '--once') once = true;
    else if (arg === '--json' && value !== undefined) jsonFile = args[++index] ?? null;
    else throw new Error(`Expected --once or --json <file>, got ${arg}.`);
  }
  return { once, jsonFile };
}

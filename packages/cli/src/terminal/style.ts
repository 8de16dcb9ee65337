const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  accent: [36, 39],
} as const;

export type Look = keyof typeof CODES;

/** Gives text a look. `''` has none. */
export type Style = (look: Look | '', text: string) => string;

export const plainStyle: Style = (_look, text) => text;

export const colourStyle: Style = (look, text) => {
  if (look === '' || text === '') return text;
  const [on, off] = CODES[look];
  return `\x1b[${on}m${text}\x1b[${off}m`;
};

interface Environment {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/**
 * Whether to colour: `--no-color` wins, then FORCE_COLOR (`0` and `false`: not), then NO_COLOR (whatever it says, if it says
 * anything), else where there is a terminal that can.
 */
export function hasColours(
  isTerminal: boolean,
  { NO_COLOR, FORCE_COLOR, TERM }: Environment,
  noColorFlag: boolean,
): boolean {
  if (noColorFlag) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return isTerminal && TERM !== 'dumb';
}

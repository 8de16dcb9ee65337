import { type Check, nearest, type ProgressInput, show } from '@task-monitor/core';
import { FfmpegParser } from './ffmpeg.js';
import { fractionParser } from './fraction.js';
import { jsonParser } from './json.js';
import type { LineParser } from './line-parser.js';
import { percentParser } from './percent.js';
import { TqdmParser } from './tqdm.js';
import { YtDlpParser } from './yt-dlp.js';

/** The formats that are understood, the most specific first: the order in which a line is tried. */
const PARSERS = {
  json: () => jsonParser,
  tqdm: () => new TqdmParser(),
  ffmpeg: (command: readonly string[]) => new FfmpegParser(command),
  'yt-dlp': () => new YtDlpParser(),
  fraction: () => fractionParser,
  percent: () => percentParser,
};

/** A way in which programs write their progress. */
export type ProgressFormat = keyof typeof PARSERS;

const FORMATS = Object.keys(PARSERS) as readonly ProgressFormat[];

/**
 * Reads progress from the lines of a command: called once for each line of either stream that is not blank, in order,
 * with escape sequences taken out. A line that it answers with an update, a text (the message) or a number (the percentage)
 * is progress and not kept in the output; one that it answers with `null` or `undefined` is an ordinary line. What it throws, or an answer that is no update, goes to
 * the monitor's `onError`, once for each command, and the line is an ordinary one.
 */
export type ProgressParser = (line: {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}) => ProgressInput | null | undefined;

/** How progress is found in what a command writes. */
export type ProgressOption =
  'auto' | 'none' | false | ProgressFormat | readonly ProgressFormat[] | ProgressParser;

/** A format that is known by its looks alone, and could be meant otherwise. */
const GUESSED: readonly ProgressFormat[] = ['fraction', 'percent'];

/** Parsers to be tried in this order. Some remember what they read, so each command needs its own. */
export function parsersOf(
  option: Exclude<ProgressOption, 'none' | false | ProgressParser>,
  command: readonly string[],
): { readonly exact: readonly LineParser[]; readonly guessed: readonly LineParser[] } {
  const names =
    option === 'auto' ? FORMATS : FORMATS.filter((name) => [option].flat().includes(name));
  // What was asked for by name is not a guess.
  const isGuessed = (name: ProgressFormat) => option === 'auto' && GUESSED.includes(name);
  const make = (chosen: readonly ProgressFormat[]) => chosen.map((name) => PARSERS[name](command));
  return {
    exact: make(names.filter((name) => !isGuessed(name))),
    guessed: make(names.filter(isGuessed)),
  };
}

const WORDS: readonly string[] = ['auto', 'none', ...FORMATS];

export const progressOption: Check = (value) => {
  if (value === false || typeof value === 'function') return null;
  const isList = Array.isArray(value) && value.length > 0;
  const names: readonly unknown[] = isList ? value : [value];
  const known: readonly string[] = isList ? FORMATS : WORDS;
  const wrong = names.find((name) => !known.includes(name as string));
  if (wrong === undefined && names.length > 0) return null;
  const near = typeof wrong === 'string' ? nearest(wrong, known) : undefined;
  const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
  const named = isList ? `, not ${show(wrong)} among others` : '';
  return `"auto", "none", false, one or an array of ${FORMATS.map((name) => `"${name}"`).join(', ')}, or a function${named}${hint}`;
};

import type { ProgressUpdate } from '@task-monitor/core';
import { ownText } from '../own-text.js';
import { cutLength } from './ffmpeg-length.js';
import {
  isInRange,
  type LineParser,
  MAX_CHARACTERS,
  type OutputLine,
  type Reading,
} from './line-parser.js';

const TIME = String.raw`\d+:\d\d:\d\d(?:\.\d+)?`;

/** The lines of `-progress`, a block of which ends with `progress`. */
const FIELD =
  /^(?<key>frame|fps|stream_\d+_\d+_\w+|bitrate|total_size|out_time(?:_us|_ms)?|dup_frames|drop_frames|speed|progress)=\s*(?<value>\S+)$/;
/** Those that a field or the other line begins with. */
const FIRST_LETTERS = 'fsbtodp';

/** What comes first in a block, with pictures and without. */
const BLOCK_STARTS = ['frame', 'bitrate'];

/** The line that is redrawn on standard error; the last one is marked by `Lsize`. */
const STATS = new RegExp(
  String.raw`^(?:frame=.*\s)?(?<last>L?)size=\s*\S+ time=(?<time>-?${TIME}|N/A) bitrate=.*?speed=\s*(?<speed>\S+)`,
);
const INPUT = /^Input #(?<number>\d+), /;
const DURATION = new RegExp(String.raw`^\s+Duration: (?<time>${TIME}), start: `);

/** So far beyond its announced length an output may be without the announcement being wrong: frames have a length. */
const TOLERANCE_SECONDS = 1;

const SWALLOWED: Reading = { update: null, kept: null };

/**
 * What ffmpeg reports of itself, in seconds of the output: the blocks of `-progress pipe:1`, or the line on standard error.
 * The total is the length of the longest input, or of the part that the command takes. It is given up when the output
 * grows beyond it, and corrected when ffmpeg has ended: nothing is 100 % before.
 */
export class FfmpegParser implements LineParser {
  readonly #lengthOf: (input: number) => number;
  readonly #fields = new Map<string, string>();
  #inBlock = false;
  /** Blocks come: the other line says the same, and says it by another pipe, in any order. */
  #blocks = false;
  #inputSeconds: number | null = null;
  #outgrown = false;
  #current = 0;

  constructor(command: readonly string[]) {
    this.#lengthOf = cutLength(command);
  }

  mayRead(line: string): boolean {
    if (line.length > MAX_CHARACTERS) return false;
    if (line.startsWith('Input #') || line.startsWith('  Duration: ')) return true;
    return FIRST_LETTERS.includes(line.charAt(0)) && line.includes('=');
  }

  read({ stream, text }: OutputLine): Reading | null {
    const field = FIELD.exec(text)?.groups;
    if (field !== undefined) return this.#field(field['key'] ?? '', field['value'] ?? '');
    const stats = STATS.exec(text)?.groups;
    if (stats !== undefined) return this.#stats(stats);
    if (stream === 'stderr') this.#note(text);
    return null;
  }

  #note(text: string): void {
    const number = INPUT.exec(text)?.groups?.['number'];
    if (number === '0') {
      // Another ffmpeg begins.
      this.#inputSeconds = null;
      this.#outgrown = false;
      this.#current = 0;
    }
    const time = DURATION.exec(text)?.groups?.['time'];
    if (time !== undefined) {
      this.#inputSeconds = Math.max(this.#inputSeconds ?? 0, seconds(time));
    }
  }

  #field(key: string, value: string): Reading | null {
    if (key !== 'progress') {
      this.#inBlock ||= this.#blocks || BLOCK_STARTS.includes(key);
      if (!this.#inBlock) return null;
      if (key === 'speed' || key.startsWith('out_time')) this.#fields.set(key, ownText(value));
      return this.#blocks ? SWALLOWED : { update: null, kept: null, unsure: true };
    }
    const fields = new Map(this.#fields);
    this.#fields.clear();
    this.#inBlock = false;
    const isLast = value === 'end';
    const isBlock =
      (isLast || value === 'continue') && fields.has('out_time') && fields.has('speed');
    if (!isBlock) return null;
    this.#blocks = true;
    const update = this.#update(outSeconds(fields), fields.get('speed') ?? '', isLast);
    return { update, kept: null, confirms: true };
  }

  #stats({ time = '', speed = '', last }: Readonly<Record<string, string | undefined>>): Reading {
    if (this.#blocks) return SWALLOWED;
    const at = /^\d/.test(time) ? seconds(time) : null;
    return { update: this.#update(at, speed, last === 'L'), kept: null };
  }

  #update(at: number | null, speed: string, isLast: boolean): ProgressUpdate | null {
    // `1.93e+03x`, when it is fast.
    const times = Number(speed.replace(/x$/, ''));
    const message = Number.isFinite(times) && speed !== '' ? { message: `speed ${times}x` } : {};
    const counts = at === null ? {} : this.#counts(at, isLast);
    const update = { ...counts, ...message };
    return Object.keys(update).length > 0 && isInRange(update) ? update : null;
  }

  #counts(at: number, isLast: boolean): ProgressUpdate {
    const current = Math.max(this.#current, Math.floor(at * 100) / 100);
    this.#current = isLast ? 0 : current;
    // It ended where it ended, whatever was expected.
    if (isLast) return { current, total: current, unit: 's' };
    const total = this.#inputSeconds === null ? 0 : this.#lengthOf(this.#inputSeconds);
    if (current > total + Math.max(TOLERANCE_SECONDS, total / 100)) this.#outgrown = true;
    if (this.#outgrown || total <= 0) return { current, total: null, percent: null, unit: 's' };
    return current < total ? { current, total, unit: 's' } : {};
  }
}

/** `out_time_ms` is in microseconds as well, as it always was. */
function outSeconds(fields: ReadonlyMap<string, string>): number | null {
  const micros = fields.get('out_time_us') ?? fields.get('out_time_ms') ?? '';
  if (/^\d+$/.test(micros)) return Number(micros) / 1e6;
  const time = fields.get('out_time') ?? '';
  return /^\d/.test(time) ? seconds(time) : null;
}

function seconds(time: string): number {
  const [hours = 0, minutes = 0, rest = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + rest;
}

import type { ProgressUpdate } from '@task-monitor/core';
import {
  isInRange,
  type LineParser,
  MAX_CHARACTERS,
  percentOnly,
  type Reading,
} from './line-parser.js';
import { WORK } from './work-words.js';

const PERCENT = String.raw`(?<percent>\d{1,3}(?:\.\d+)?)\s?%`;
const BAR = String.raw`(?:\[[=#>.\-+*█-▏░▒▓━╸╺ ]{3,}\]|\|[=#>.\-+*█-▏░▒▓ ]{3,}\||[█░▒▓━╸╺]{3,}[█░▒▓━╸╺ ]*)`;

/** A line that is a percentage and nothing else: ` 45%`, `Progress: 45.5 %`, `45% complete`. */
const ALONE = new RegExp(
  String.raw`^\s*(?:(?:progress|completed?|completion|done)\s*[:=]?\s+|progress[:=])?${PERCENT}(?:\s+(?:complete|completed|done))?\s*(?:${BAR})?$`,
  'i',
);
/** Behind a name that ends with a blank, a bar after its percentage: ` 45%[=====>   ]  1.2M  eta 5s`. */
const BAR_BEHIND = new RegExp(
  String.raw`^(?<name>(?:[^%[|]{0,80}\s)?)\s*${PERCENT}\s?${BAR}(?=\s|$)`,
);
/** … or before it: `[=====>   ] 45%`. */
const BAR_BEFORE = new RegExp(
  String.raw`^(?<name>(?:[^%[|]{0,80}\s)?)\s*${BAR}\s*${PERCENT}(?=\s|$)`,
);
/** What is full, not how far something is. */
const LEVEL = /\b(?:usage|used|free|memory|mem|cpu|disk|load|battery|swap|coverage)\b/i;
/** curl's `#####      45.3%`. */
const HASHES = new RegExp(String.raw`^#+\s+${PERCENT}$`);
/** wget's `  50K .......... ..........  45% 1.2M 3s`. */
const DOTS = new RegExp(
  String.raw`^\s*\d+K(?: [.,]{1,10}){1,5}\s+${PERCENT}\s+[\d.]+[KMG]?(?:[ =][\dhms.]+)?$`,
);
/** curl's table: the first of its twelve columns. */
const TABLE =
  /^\s*(?<percent>\d{1,3})\s+[\d.]+[kMGTP]?\s+\d{1,3}\s+[\d.]+[kMGTP]?\s+\d{1,3}\s+[\d.]+[kMGTP]?\s+[\d.]+[kMGTP]?\s+[\d.]+[kMGTP]?(?:\s+(?:--:--:--|\d+:\d\d:\d\d)){3}\s+[\d.]+[kMGTP]?$/;
const TABLE_CHARACTERS = 70;
const DIGIT_9 = 0x39;

/** What stands around the first `%`: a number that is no part of a word, a path or a sum. */
const NEAR = /(?:^|[^\w.,/+=-])\d{1,3}(?:\.\d+)?\s?%(?:$|[\s[|)\]█-▏░▒▓━])/;

const ASSIGNED = /^progress=/i;

/** git's `Receiving objects:  45% (450/1000), 1.2 MiB | …`. */
const COUNTED = new RegExp(
  String.raw`^(?:remote: )?(?<message>[A-Z][\w ]{2,40}):\s+${PERCENT} \((?<current>\d+)\/(?<total>\d+)\)(?=$|,)`,
);
/** pip's `━━━━━━━━━╸━━━━ 1.2/3.4 MB 5.0 MB/s eta 0:00:01`. */
const SIZES =
  /^\s*[━╸╺]{3,}[━╸╺ ]*\s(?<current>\d+(?:\.\d+)?)\/(?<total>\d+(?:\.\d+)?) (?<unit>(?:bytes|[kMGT]?B))(?=\s|$)/;
/** `Transcoding video.mp4: 45%`. */
const WORKING = new RegExp(
  String.raw`^(?<message>(?:${WORK})(?: [^\s%]+){0,3}?)(?::|\.\.\.|…)?\s+\(?${PERCENT}\)?$`,
  'i',
);
/** `[ 45%] Building CXX object …`: a log line with progress in front. */
const STEP = /^\[\s*(?<percent>\d{1,3})%\]\s+(?<text>\S.*)$/;

/** A percentage, where nothing else in the line could be meant by it. */
export const percentParser: LineParser = {
  mayRead(line) {
    if (line.length > MAX_CHARACTERS) return false;
    const at = line.indexOf('%');
    if (at > 0) {
      return NEAR.test(line.slice(Math.max(0, at - 8), at + 2)) || ASSIGNED.test(line);
    }
    if (line.includes('━')) return true;
    return line.length >= TABLE_CHARACTERS && line.charCodeAt(0) <= DIGIT_9 && TABLE.test(line);
  },

  read({ text }): Reading | null {
    const step = STEP.exec(text)?.groups;
    if (step !== undefined) {
      const { percent, text: message = '' } = step;
      return checked({ ...percentOnly(Number(percent)), message }, text);
    }
    const counted = COUNTED.exec(text)?.groups ?? SIZES.exec(text)?.groups;
    if (counted !== undefined) {
      const { message, current, total, unit = null } = counted;
      const counts = { current: Number(current), total: Number(total), unit };
      return checked(message === undefined ? counts : { ...counts, message }, null);
    }
    for (const pattern of [ALONE, BAR_BEHIND, BAR_BEFORE, HASHES, DOTS, TABLE, WORKING]) {
      const groups = pattern.exec(text)?.groups;
      if (groups === undefined || LEVEL.test(groups['name'] ?? '')) continue;
      const message = (groups['message'] ?? groups['name'])?.trim().replace(/:$/, '');
      const update = percentOnly(Number(groups['percent']));
      return checked(message ? { ...update, message } : update, null);
    }
    return null;
  },
};

function checked(update: ProgressUpdate, kept: string | null): Reading | null {
  return isInRange(update) ? { update, kept } : null;
}

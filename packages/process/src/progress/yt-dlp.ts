import { ownText } from '../own-text.js';
import {
  isInRange,
  type LineParser,
  MAX_CHARACTERS,
  type OutputLine,
  type Reading,
} from './line-parser.js';

const SIZE = String.raw`(?<number>\d+(?:\.\d+)?)(?<prefix>[KMGTPEZY]i)?B`;

/** `[download]  45.3% of ~ 120.50MiB at …`; a `~` marks a size that is only guessed. */
const SHARE = new RegExp(
  String.raw`^\[download\]\s+(?<percent>\d{1,3}(?:\.\d+)?)% of\s+(?:(?<guessed>~)\s*)?(?:${SIZE}|Unknown)(?=\s|$)`,
);
/** `[download]   1.00MiB at 500.00KiB/s (00:00:02)`: the size is not known. */
const AMOUNT = new RegExp(String.raw`^\[download\]\s+${SIZE} at\s`);
const DESTINATION = /^\[download\] Destination: (?<path>.+)$/;
const ITEM = /^\[download\] Downloading (?:item|video) (?<n>\d+) of (?<total>\d+)$/;

/**
 * The downloads of yt-dlp and youtube-dl. What is being downloaded, and which of how many, is the message; the lines that
 * tell it are ordinary ones. The number of bytes done is never written beside a percentage, so it is not made up.
 */
export class YtDlpParser implements LineParser {
  #name = '';
  #item = '';

  mayRead(line: string): boolean {
    return line.startsWith('[download] ') && line.length <= MAX_CHARACTERS;
  }

  read({ text }: OutputLine): Reading | null {
    const share = SHARE.exec(text)?.groups;
    if (share !== undefined) {
      const total = share['number'] && !share['guessed'] ? bytes(share) : null;
      return this.#reading({
        percent: Number(share['percent']),
        current: null,
        total,
        unit: total === null ? null : 'B',
      });
    }
    const amount = AMOUNT.exec(text)?.groups;
    if (amount !== undefined) {
      return this.#reading({ current: bytes(amount), total: null, percent: null, unit: 'B' });
    }
    this.#note(text);
    return null;
  }

  #note(text: string): void {
    const path = DESTINATION.exec(text)?.groups?.['path'];
    if (path !== undefined) this.#name = ownText(path.split(/[\\/]/).at(-1) ?? '');
    const item = ITEM.exec(text)?.groups;
    if (item === undefined) return;
    this.#item = ownText(`item ${item['n']} of ${item['total']}`);
    this.#name = '';
  }

  #reading(counts: NonNullable<Reading['update']>): Reading | null {
    if (!isInRange(counts)) return null;
    const message = [this.#item, this.#name].filter((part) => part !== '').join(': ');
    return { update: message === '' ? counts : { ...counts, message }, kept: null };
  }
}

function bytes({ number, prefix }: Readonly<Record<string, string | undefined>>): number {
  const power = prefix === undefined ? 0 : 'KMGTPEZY'.indexOf(prefix.slice(0, 1)) + 1;
  return Math.round(Number(number) * 1024 ** power);
}

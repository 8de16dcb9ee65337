import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type CaptionFormat, type ParsedCaptions, parseCaptions } from './caption-parser.js';
import { decodeText } from './charset.js';
import type { Cue } from './cue.js';
import { timeSlices } from './event-loop.js';
import { detectLanguage, languageInFileName, languageTag } from './language.js';
import { MediaError, quoted } from './media-error.js';
import { withoutRollUp } from './roll-up.js';

/** Hours of word-by-word captions stay below 2 MB; what is larger is not captions. */
const MAX_BYTES = 8 * 1024 * 1024;

/** One caption file, read. */
export interface CaptionTrack {
  /** Its name in the media folder. */
  readonly file: string;
  readonly format: CaptionFormat;
  /** BCP 47: from the file's name, else its header, else detected; `und` when unknown. */
  readonly language: string;
  /** In order of their start; never empty. */
  readonly cues: readonly Cue[];
  /** How many cues were left out because their timing cannot be read. */
  readonly skipped: number;
  /** What the owner of the file should know, each a sentence that names the file. */
  readonly warnings: readonly string[];
}

/**
 * Reads a WebVTT or SubRip file.
 *
 * @throws MediaError when it is too large or has no cue that can be read.
 */
export async function readCaptions(path: string, signal?: AbortSignal): Promise<CaptionTrack> {
  const file = basename(path);
  const { text, guessed } = decodeText(await readBounded(path));
  const assumed: CaptionFormat = extname(path).toLowerCase() === '.vtt' ? 'webvtt' : 'subrip';
  const parsed = await parseCaptions(text, assumed, timeSlices(signal));
  if (parsed.cues.length === 0)
    throw new MediaError(`No captions in ${quoted(file)}: ${emptiness(parsed)}.`);
  const cues = withoutRollUp(parsed.cues);
  return {
    file,
    format: parsed.format,
    language:
      languageInFileName(file) ??
      languageTag(parsed.header.get('language') ?? '') ??
      detectLanguage(
        cues
          .slice(0, 200)
          .map((cue) => cue.text)
          .join(' '),
      ),
    cues,
    skipped: parsed.malformedAt.length,
    warnings: [...malformedWarning(file, parsed), ...charsetWarning(file, guessed)],
  };
}

async function readBounded(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MAX_BYTES) {
      throw new MediaError(
        `${quoted(basename(path))} has ${(size / 1024 / 1024).toFixed(1)} MB: captions of at most ${MAX_BYTES / 1024 / 1024} MB are read. Split it.`,
      );
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function emptiness({ malformedAt, silent }: ParsedCaptions): string {
  if (silent > 0) return `its ${silent} cues have no text`;
  if (malformedAt.length > 0) {
    return `its ${malformedAt.length} cues have timings that cannot be read, the first at line ${malformedAt[0]}; expected one like 00:00:01.000 --> 00:00:04.000`;
  }
  return 'it has no cue. A cue is a line like 00:00:01.000 --> 00:00:04.000 with its text below';
}

function malformedWarning(file: string, { malformedAt }: ParsedCaptions): string[] {
  if (malformedAt.length === 0) return [];
  const count = malformedAt.length === 1 ? '1 cue' : `${malformedAt.length} cues`;
  return [
    `${quoted(file)}: ${count} left out, because the timing cannot be read; see line ${malformedAt[0]}.`,
  ];
}

function charsetWarning(file: string, guessed: string | undefined): string[] {
  return guessed === undefined
    ? []
    : [
        `${quoted(file)} is not UTF-8: it was read as ${guessed}. If letters look wrong, save it as UTF-8.`,
      ];
}

import type { CaptionTrack } from './captions.js';
import type { Cue } from './cue.js';
import { cutLongCue, joinCues } from './segment-text.js';

/** Enough for half a minute of fast speech; a model that embeds would not look much further. */
const MAX_CHARACTERS = 2000;

/** What is said in one stretch of a video, in one language. */
export interface Segment {
  readonly index: number;
  /** The stretch, in seconds: from one multiple of its length to the next, or to the end of the video. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly language: string;
  readonly speakers: readonly string[];
}

export interface CutOptions {
  /** Length of a stretch, in seconds; `Infinity` takes the whole video as one. */
  readonly segmentSeconds: number;
  /** Where the video ends, in seconds. */
  readonly durationSeconds: number;
}

/**
 * Cuts what is said into stretches of equal length.
 *
 * A cue is never cut in time: it belongs whole to the stretch in which it starts, since nothing says when
 * each of its words is spoken. Tracks of one language are read together; each language gets segments of its
 * own. Stretches without words are left out; more than 2,000 characters make several segments of one stretch.
 */
export function cutSegments(tracks: readonly CaptionTrack[], options: CutOptions): Segment[] {
  const { segmentSeconds, durationSeconds } = options;
  const segments: Omit<Segment, 'index'>[] = [];
  for (const [language, cues] of cuesByLanguage(tracks)) {
    for (const part of partsOf(cues, segmentSeconds)) {
      const stretch = stretchOf(part[0]!, segmentSeconds);
      segments.push({
        start: stretch === 0 ? 0 : milliseconds(stretch * segmentSeconds),
        end: milliseconds(
          Math.min((stretch + 1) * segmentSeconds, Math.max(durationSeconds, endOf(part))),
        ),
        text: joinCues(part),
        language,
        speakers: [...new Set(part.flatMap((cue) => cue.speaker ?? []))],
      });
    }
  }
  return segments
    .sort((a, b) => a.start - b.start)
    .map((segment, index) => ({ index, ...segment }));
}

/** Where the last of these cues ends, in seconds. */
export function endOf(cues: readonly Cue[]): number {
  return cues.reduce((latest, cue) => Math.max(latest, cue.end), 0);
}

function cuesByLanguage(tracks: readonly CaptionTrack[]): Map<string, Cue[]> {
  const byLanguage = new Map<string, Cue[]>();
  for (const { language, cues } of tracks) {
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), ...cues]);
  }
  for (const cues of byLanguage.values()) cues.sort((a, b) => a.start - b.start);
  return byLanguage;
}

/** Groups cues that follow each other by stretch, and starts a new group where one is full. */
function partsOf(cues: readonly Cue[], segmentSeconds: number): Cue[][] {
  const parts: Cue[][] = [];
  let stretch = -1;
  let characters = 0;
  for (const cue of cues.flatMap((whole) => cutLongCue(whole, MAX_CHARACTERS))) {
    characters += cue.text.length + 1;
    if (stretchOf(cue, segmentSeconds) !== stretch || characters > MAX_CHARACTERS) {
      stretch = stretchOf(cue, segmentSeconds);
      characters = cue.text.length;
      parts.push([]);
    }
    parts.at(-1)?.push(cue);
  }
  return parts;
}

function stretchOf(cue: Cue, segmentSeconds: number): number {
  return Math.floor(cue.start / segmentSeconds);
}

/** Multiples of 0.1 are not exact; nobody cuts finer than a millisecond. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

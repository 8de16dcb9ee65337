import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  Input,
  type InputTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  QTFF,
  UnsupportedInputFormatError,
  WEBM,
} from 'mediabunny';
import { boundedSource } from './bounded-source.js';
import { MediaError, quoted } from './media-error.js';

/** One track of a video file. */
export interface ContainerTrack {
  readonly kind: 'video' | 'audio' | 'other';
  /** `avc`, `vp9`, `aac`, …; null when it is none that is known. */
  readonly codec: string | null;
  /** As the file says it (ISO 639-2); null when it says nothing. */
  readonly language: string | null;
  readonly width?: number;
  readonly height?: number;
  readonly sampleRate?: number;
  readonly channels?: number;
}

/** What a video file says about itself. */
export interface Container {
  readonly file: string;
  /** `MP4`, `WebM`, … */
  readonly format: string;
  readonly durationSeconds: number;
  readonly tracks: readonly ContainerTrack[];
}

/**
 * Reads the duration and the tracks of an MP4, WebM or Matroska file. Only the parts that say so are
 * read, so the size of the file does not matter.
 *
 * @throws MediaError when the file is none of these, or is damaged.
 */
export async function readContainer(path: string): Promise<Container> {
  // What the reader notices is in the result or in the error; standard output is the worker's progress.
  Logging.level = LogLevel.Silent;
  let handle: FileHandle | undefined;
  let input: Input | undefined;
  try {
    handle = await open(path, 'r');
    input = new Input({ source: boundedSource(handle), formats: [MP4, QTFF, WEBM, MATROSKA] });
    return { file: basename(path), ...(await readIndex(input)) };
  } catch (error) {
    throw new MediaError(
      `Cannot read ${quoted(basename(path))} as a video: ${reasonOf(error)}. Replace it by a whole MP4 or WebM file, or remove it: the captions alone are enough.`,
      { cause: error },
    );
  } finally {
    input?.dispose();
    await handle?.close();
  }
}

async function readIndex(input: Input): Promise<Omit<Container, 'file'>> {
  const format = (await input.getFormat()).name;
  const tracks = await input.getTracks();
  if (tracks.length === 0) throw new Error('it has no track');
  const durationSeconds =
    (await input.getDurationFromMetadata()) ?? (await input.computeDuration());
  if (!Number.isFinite(durationSeconds) || durationSeconds <= 0) {
    throw new Error('it has no duration');
  }
  return { format, durationSeconds, tracks: await Promise.all(tracks.map(describe)) };
}

async function describe(track: InputTrack): Promise<ContainerTrack> {
  const language = await track.getLanguageCode();
  const common = { codec: await track.getCodec(), language: language === 'und' ? null : language };
  if (track.isVideoTrack()) {
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    return { kind: 'video', ...common, width, height };
  }
  if (track.isAudioTrack()) {
    const [sampleRate, channels] = [await track.getSampleRate(), await track.getNumberOfChannels()];
    return { kind: 'audio', ...common, sampleRate, channels };
  }
  return { kind: 'other', ...common };
}

function reasonOf(error: unknown): string {
  if (error instanceof UnsupportedInputFormatError) return 'it is no MP4, WebM or Matroska file';
  const message = error instanceof Error ? error.message : String(error);
  // Our own reasons are about the file ("it has no track"); the library's are about its insides.
  return message.startsWith('it ') || message.startsWith('its ')
    ? message
    : `it is damaged (${message.replace(/\.$/, '')})`;
}

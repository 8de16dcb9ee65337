import { MediaError, quoted } from './media-error.js';

/** File names end at 255 bytes almost everywhere; an id needs room for its extensions. */
const MAX_ID_LENGTH = 200;

const YOUTUBE_HOSTS = new Set([
  'youtube.com',
  'www.youtube.com',
  'm.youtube.com',
  'music.youtube.com',
  'youtube-nocookie.com',
  'www.youtube-nocookie.com',
]);
const PATHS_WITH_ID = new Set(['shorts', 'embed', 'live', 'v', 'e']);
const YOUTUBE_ID = /^[\w-]{1,64}$/;
const LOOKS_LIKE_URL =
  /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:[a-z0-9-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be)(?:[/?#]|$))/i;

/** A text that cannot be the id of a video. The message says which text, and what is wrong with it. */
export class VideoIdError extends MediaError {}

/**
 * The id of a video, from an id or from a YouTube address in any of its usual forms.
 *
 * An id is the name of files in the media folder, in any language and script. It is data: `--help`
 * and `$(x)` are ids like any other, for which there will hardly be a file.
 *
 * @throws VideoIdError when the text is neither.
 */
export function parseVideoId(text: string): string {
  const trimmed = text.trim();
  return LOOKS_LIKE_URL.test(trimmed) ? idInAddress(trimmed) : checkVideoId(trimmed);
}

/**
 * Returns the id in the one form that is used to compare names (Unicode NFC).
 *
 * @throws VideoIdError for an id that no file of the media folder can have, or that could lead out of it.
 */
export function checkVideoId(id: string): string {
  if (id.trim() === '') {
    throw new VideoIdError(
      'A video id is empty: give the name of a video in the media folder, or a YouTube address.',
    );
  }
  if (id.length > MAX_ID_LENGTH) {
    throw new VideoIdError(
      `The video id ${quoted(`${id.slice(0, 40)}…`)} has ${id.length} characters: at most ${MAX_ID_LENGTH} are allowed.`,
    );
  }
  const refused = reasonToRefuse(id);
  if (refused !== undefined) throw new VideoIdError(`The video id ${quoted(id)} ${refused}.`);
  return id.normalize('NFC');
}

function reasonToRefuse(id: string): string | undefined {
  if (/[/\\]/.test(id))
    return 'contains a slash: an id is the name of a file in the media folder, not a path';
  if (id.startsWith('.')) return 'begins with a dot: hidden files and parent folders are not media';
  // Line separators would break a log line in two; half a surrogate pair cannot be a file name.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(id)) return 'contains a control character: remove it';
  return undefined;
}

function idInAddress(address: string): string {
  const url = parseUrl(address);
  const [first, second] = url.pathname.split('/').filter((part) => part !== '');
  let id: string | null | undefined;
  if (url.hostname === 'youtu.be') {
    id = first;
  } else if (YOUTUBE_HOSTS.has(url.hostname)) {
    id =
      first === 'watch'
        ? (url.searchParams.get('v') ?? second)
        : PATHS_WITH_ID.has(first ?? '')
          ? second
          : undefined;
  } else {
    throw new VideoIdError(
      `Cannot take a video from ${quoted(shortened(address))}: only YouTube addresses are read. Give the video's id instead.`,
    );
  }
  if (id === undefined || id === null || !YOUTUBE_ID.test(id)) {
    throw new VideoIdError(
      `The address ${quoted(shortened(address))} names no video: expected one like https://www.youtube.com/watch?v=<id>.`,
    );
  }
  return id;
}

function parseUrl(address: string): URL {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  try {
    return new URL(absolute);
  } catch {
    throw new VideoIdError(
      `${quoted(shortened(address))} is not a valid address: give a video id or a YouTube address.`,
    );
  }
}

function shortened(text: string): string {
  return text.length <= MAX_ID_LENGTH ? text : `${text.slice(0, MAX_ID_LENGTH)}…`;
}

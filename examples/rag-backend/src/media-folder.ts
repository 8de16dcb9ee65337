import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MediaError, quoted } from './media-error.js';
import { checkVideoId } from './video-id.js';

/** The folder that ships with this example. It lies beside both `src` and the built files. */
export const SHIPPED_MEDIA_DIR = fileURLToPath(new URL('../media', import.meta.url));

const CAPTION_EXTENSIONS = new Set(['.vtt', '.srt']);
const CONTAINER_EXTENSIONS = new Set(['.mp4', '.m4v', '.webm', '.mkv']);

/** The files of one video, as absolute paths, each known to be a regular file inside the folder. */
export interface VideoFiles {
  readonly id: string;
  /** At least one, in order of name. */
  readonly captions: readonly string[];
  readonly containers: readonly string[];
}

/**
 * A folder of videos. A file belongs to the video `X` when it is called `X.<extension>` or
 * `X.<anything>.<extension>`, or when `X` is its whole name.
 *
 * An id is only ever compared with the names that the folder lists, never made part of a path: there
 * is no id that could lead out of the folder.
 */
export class MediaFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * @throws VideoIdError when the id cannot be one.
   * @throws MediaError when the video has no captions here, or one of its files may not be read.
   */
  async find(id: string): Promise<VideoFiles> {
    const wanted = checkVideoId(id);
    const names = (await this.#list()).filter((name) => belongsTo(name, wanted));
    const captions = await this.#readable(names.filter(isCaptions));
    if (captions.length === 0) throw new MediaError(this.#nothingFor(wanted, names));
    return { id: wanted, captions, containers: await this.#readable(names.filter(isContainer)) };
  }

  /** The ids of all videos that have captions here: each name up to its first dot, in order. */
  async ids(): Promise<string[]> {
    const captions = (await this.#list()).filter(
      (name) => isCaptions(name) && !name.startsWith('.'),
    );
    return [...new Set(captions.map((name) => name.normalize('NFC').split('.')[0] ?? name))].sort();
  }

  async #list(): Promise<string[]> {
    try {
      return (await readdir(this.#path)).sort();
    } catch (error) {
      const reason =
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist' : String(error);
      throw new MediaError(
        `Cannot read the media folder ${quoted(this.#path)}: ${reason}. Create it, or set MEDIA_DIR to another one.`,
        { cause: error },
      );
    }
  }

  /** Follows links, and refuses those that leave the folder. */
  async #readable(names: readonly string[]): Promise<string[]> {
    const root = await realpath(this.#path);
    const paths: string[] = [];
    for (const name of names) {
      let target: string;
      try {
        target = await realpath(join(root, name));
      } catch (error) {
        throw new MediaError(
          `Cannot read ${quoted(name)} in the media folder: it is a link to nothing. Remove it.`,
          {
            cause: error,
          },
        );
      }
      if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) {
        throw new MediaError(
          `Refused to read ${quoted(name)}: it is a link that leaves the media folder. Put a copy of the file in its place.`,
        );
      }
      // A folder or a pipe may be called film.vtt; reading a pipe would wait for ever.
      if ((await stat(target)).isFile()) paths.push(target);
    }
    return paths;
  }

  #nothingFor(id: string, names: readonly string[]): string {
    const container = names.find(isContainer);
    return container === undefined
      ? `No media for ${quoted(id)}: add ${id}.vtt or ${id}.srt (and, if you like, ${id}.mp4) to ${this.#path}`
      : `No captions for ${quoted(id)}: add ${id}.vtt or ${id}.srt beside ${container} in ${this.#path}`;
  }
}

function belongsTo(name: string, id: string): boolean {
  const normal = name.normalize('NFC');
  if (!isCaptions(normal) && !isContainer(normal)) return false;
  return normal === id || normal.startsWith(`${id}.`);
}

function isCaptions(name: string): boolean {
  return CAPTION_EXTENSIONS.has(extname(name).toLowerCase());
}

function isContainer(name: string): boolean {
  return CONTAINER_EXTENSIONS.has(extname(name).toLowerCase());
}

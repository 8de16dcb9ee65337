import type { FileHandle } from 'node:fs/promises';
import { CustomSource } from 'mediabunny';

/** The index of a film of many hours stays below this; a damaged one may claim to be anything. */
const MAX_READ_BYTES = 64 * 1024 * 1024;
/** Reading an index takes milliseconds, and seconds from a slow network disk. */
const MAX_MS = 10_000;
/** No reader has a reason to ask for the same bytes again and again, except one that runs in a circle. */
const MAX_REPEATS = 100;

/**
 * An open file as a source for mediabunny that gives up on damaged files. Closing it is the caller's.
 *
 * The Matroska reader of mediabunny (up to 1.61.0 at least) never ends on most WebM files that were
 * cut off: it looks for the next element in the last eight bytes for ever, without letting the event
 * loop turn. Without a cache every round of that circle comes through here, where it is seen and ended.
 */
export function boundedSource(handle: FileHandle): CustomSource {
  let last = '';
  let repeats = 0;
  const deadline = performance.now() + MAX_MS;

  async function read(start: number, end: number): Promise<Uint8Array> {
    const range = `${start}-${end}`;
    repeats = range === last ? repeats + 1 : 0;
    last = range;
    if (repeats > MAX_REPEATS) throw new Error('it ends too early');
    if (end - start > MAX_READ_BYTES) throw new Error('its index is damaged');
    if (performance.now() > deadline) {
      throw new Error(`it could not be read within ${MAX_MS / 1000} seconds`);
    }
    const bytes = new Uint8Array(end - start);
    for (let filled = 0; filled < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) throw new Error('it became shorter while it was read');
      filled += bytesRead;
    }
    return bytes;
  }

  return new CustomSource({
    async getSize() {
      const { size } = await handle.stat();
      if (size === 0) throw new Error('it is empty');
      return size;
    },
    read,
    maxCacheSize: 0,
    // The reader may drop a read it no longer needs; its failure must not become the host's.
    handleUnhandledError: () => undefined,
  });
}

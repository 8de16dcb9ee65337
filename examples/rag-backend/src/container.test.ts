import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readContainer } from './container.js';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';
import { brokenWebm, tinyWebm } from './testing/tiny-webm.js';

const MP4 = join(SHIPPED_MEDIA_DIR, 'movable-type.mp4');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('readContainer', () => {
  it('reads the duration and the tracks of an MP4 file', async () => {
    expect(await readContainer(MP4)).toEqual({
      file: 'movable-type.mp4',
      format: 'MP4',
      durationSeconds: 128,
      tracks: [
        { kind: 'video', codec: 'avc', language: null, width: 128, height: 72 },
        { kind: 'audio', codec: 'aac', language: 'eng', sampleRate: 8000, channels: 1 },
      ],
    });
  });

  it('reads the duration and the tracks of a WebM file', async () => {
    expect(await readContainer(await file('film.webm', tinyWebm()))).toEqual({
      file: 'film.webm',
      format: 'WebM',
      durationSeconds: 12,
      tracks: [{ kind: 'video', codec: 'vp8', language: 'fra', width: 64, height: 36 }],
    });
  });

  it.each([
    ['empty.mp4', Buffer.alloc(0), 'it is empty'],
    ['cut.webm', brokenWebm(), 'it ends too early'],
    ['page.mp4', Buffer.from('<html>404</html>'), 'it is no MP4, WebM or Matroska file'],
  ])('refuses %s, saying what to do', async (name, content, reason) => {
    await expect(readContainer(await file(name, content))).rejects.toThrow(
      `Cannot read "${name}" as a video: ${reason}. Replace it by a whole MP4 or WebM file, or remove it`,
    );
  });

  it('says so when the file is gone', async () => {
    await expect(readContainer(join(folder, 'gone.mp4'))).rejects.toThrow(
      'Cannot read "gone.mp4" as a video',
    );
  });

  it('comes to an end on files that were cut off or damaged', async () => {
    const sources = [await readFile(MP4), tinyWebm(), brokenWebm()];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 20 }),
        async (source, kept, damage) => {
          const content = Buffer.from(source.subarray(0, Math.ceil(source.length * kept)));
          for (const [at, value] of damage) if (at < content.length) content[at] = value;
          const path = await file('damaged.bin', content);
          await readContainer(path).catch((error: unknown) =>
            expect(String(error)).toContain('"damaged.bin"'),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('closes every file it opened', async () => {
    // Descriptors are handed out lowest first: a file left open would push the next one up.
    const nextDescriptor = async (): Promise<number> => {
      const handle = await open(MP4);
      const { fd } = handle;
      await handle.close();
      return fd;
    };
    const whole = await file('whole.webm', tinyWebm());
    const broken = await file('broken.webm', Buffer.alloc(100));
    const before = await nextDescriptor();
    await Promise.allSettled([readContainer(whole), readContainer(broken), readContainer(whole)]);
    expect(await nextDescriptor()).toBe(before);
  });
});

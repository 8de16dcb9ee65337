import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeSlices } from './event-loop.js';
import { type IngestProgress, ingestVideo } from './ingest-video.js';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';
import { readResult, resultFileName } from './result-file.js';

let parent: string;
let mediaDir: string;
let resultsDir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'ingest-'));
  mediaDir = join(parent, 'media');
  resultsDir = join(parent, 'results');
  await mkdir(mediaDir);
});
afterEach(() => rm(parent, { recursive: true }));

const results = (): Promise<string[]> => readdir(resultsDir).catch(() => []);
const captions = (name: string, text: string): Promise<void> =>
  writeFile(join(mediaDir, name), `WEBVTT\n\n00:01.000 --> 00:04.000\n${text}\n`);

describe('ingestVideo', () => {
  it('turns a real film with captions in two languages into a result', async () => {
    const video = await ingestVideo('movable-type', { mediaDir: SHIPPED_MEDIA_DIR, resultsDir });
    expect(video).toMatchObject({ videoId: 'movable-type', durationSeconds: 128, segmentCount: 8 });
    expect(video.containers).toMatchObject([{ file: 'movable-type.mp4', format: 'MP4' }]);
    expect(video.tracks.map(({ language }) => language)).toEqual(['en', 'ja']);
    expect(video.entities).toContainEqual(
      expect.objectContaining({ name: 'Johannes Gutenberg', kind: 'person' }),
    );
    expect(video.segments.every(({ embedding }) => embedding.length === 256)).toBe(true);
    expect(video.notes).toEqual([expect.stringContaining('none were looked for in Japanese')]);
    expect(
      await readResult(join(resultsDir, resultFileName('movable-type')), timeSlices()),
    ).toEqual(video);
  });

  it('takes the length of the video from its captions when there is no film', async () => {
    const video = await ingestVideo('elephants-dream', {
      mediaDir: SHIPPED_MEDIA_DIR,
      resultsDir,
      segmentSeconds: Infinity,
    });
    expect(video).toMatchObject({ durationSeconds: 653, containers: [] });
    expect(video.tracks).toMatchObject([{ cues: 9 }, { cues: 63 }]);
    expect(video.segments.every(({ start, end }) => start === 0 && end === 653)).toBe(true);
  });

  it.each(['日本語の映画.vtt', 'فيلم.vtt', 'naïve film.fr.vtt', 'कहानी.vtt'])(
    'ingests %s by its name',
    async (name) => {
      await captions(name, 'نص · 文 · texte');
      const id = name.split('.')[0] ?? '';
      expect((await ingestVideo(id, { mediaDir, resultsDir })).segments[0]?.text).toBe(
        'نص · 文 · texte',
      );
      expect(await results()).toEqual([resultFileName(id)]);
    },
  );

  it('counts its segments as it goes, and never back', async () => {
    const seen: IngestProgress[] = [];
    await ingestVideo('bell-rock', {
      mediaDir: SHIPPED_MEDIA_DIR,
      resultsDir,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen[0]).toEqual({ message: 'Reading the captions of bell-rock' });
    expect(seen.slice(1).map(({ current }) => current)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect(seen.at(-1)).toEqual({
      message: 'Ingested bell-rock',
      current: 11,
      total: 11,
      unit: 'segments',
    });
  });

  it('says when captions and film do not belong together', async () => {
    await copyFile(join(SHIPPED_MEDIA_DIR, 'bell-rock.srt'), join(mediaDir, 'film.srt'));
    await copyFile(join(SHIPPED_MEDIA_DIR, 'movable-type.mp4'), join(mediaDir, 'film.mp4'));
    const { notes, durationSeconds } = await ingestVideo('film', { mediaDir, resultsDir });
    expect(durationSeconds).toBe(128);
    expect(notes).toEqual([
      '"film.srt" runs until 328 s, the film only until 128 s: are they of the same cut?',
    ]);
  });

  it('fails without writing anything, naming what to mend', async () => {
    await writeFile(join(mediaDir, 'empty.vtt'), 'WEBVTT\n');
    await captions('broken.vtt', 'Hello');
    await writeFile(join(mediaDir, 'broken.mp4'), 'not a film');
    await symlink('/etc/hostname', join(mediaDir, 'leak.vtt'));
    const options = { mediaDir, resultsDir };
    await expect(ingestVideo('dQw4w9WgXcQ', options)).rejects.toThrow(
      'No media for "dQw4w9WgXcQ": add dQw4w9WgXcQ.vtt',
    );
    await expect(ingestVideo('empty', options)).rejects.toThrow('No captions in "empty.vtt"');
    await expect(ingestVideo('broken', options)).rejects.toThrow(
      'Cannot read "broken.mp4" as a video',
    );
    await expect(ingestVideo('leak', options)).rejects.toThrow(
      'it is a link that leaves the media folder',
    );
    await expect(ingestVideo('../x', options)).rejects.toThrow('contains a slash');
    expect(await results()).toEqual([]);
  });

  it('stops between two segments when it is aborted, and writes nothing', async () => {
    const stop = new AbortController();
    const onProgress = ({ current }: IngestProgress): void => {
      if (current === 3) stop.abort(new Error('superseded'));
    };
    const ingest = ingestVideo('bell-rock', {
      mediaDir: SHIPPED_MEDIA_DIR,
      resultsDir,
      onProgress,
      signal: stop.signal,
    });
    await expect(ingest).rejects.toThrow('superseded');
    expect(await results()).toEqual([]);
  });

  it('ends its rest between segments when it is aborted', async () => {
    const stop = new AbortController();
    const onProgress = ({ current }: IngestProgress): void => {
      if (current === 1) setImmediate(() => stop.abort(new Error('superseded')));
    };
    const ingest = ingestVideo('bell-rock', {
      mediaDir: SHIPPED_MEDIA_DIR,
      resultsDir,
      paceMs: 1,
      onProgress: (progress) => onProgress(progress),
      signal: stop.signal,
    });
    await expect(ingest).rejects.toThrow('superseded');
  });

  it('lets a server answer meanwhile', async () => {
    let longest = 0;
    // Time of the processor, since the machine that tests may be busy with others.
    const before = process.cpuUsage();
    let last = 0;
    const look = () => {
      const { user, system } = process.cpuUsage(before);
      longest = Math.max(longest, user + system - last);
      last = user + system;
    };
    const timer = setInterval(look, 1);
    await ingestVideo('bell-rock', { mediaDir: SHIPPED_MEDIA_DIR, resultsDir });
    look();
    clearInterval(timer);
    // The aim is 50 ms of half a second, where the machine is as fast as most are. Without slices it would be all at once.
    expect(longest).toBeLessThan(last / 2);
  });
});

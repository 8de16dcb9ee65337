import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCaptions } from './captions.js';
import { SHIPPED_MEDIA_DIR } from './media-folder.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'captions-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('readCaptions', () => {
  it('reads real WebVTT files as they were published', async () => {
    const descriptions = await readCaptions(
      join(SHIPPED_MEDIA_DIR, 'elephants-dream.descriptions.en.vtt'),
    );
    expect(descriptions).toMatchObject({
      format: 'webvtt',
      language: 'en',
      skipped: 0,
      warnings: [],
    });
    expect(descriptions.cues).toHaveLength(63);
    expect(descriptions.cues[4]).toMatchObject({ start: 30.01, end: 40, speaker: null });
    const chapters = await readCaptions(join(SHIPPED_MEDIA_DIR, 'elephants-dream.chapters.en.vtt'));
    expect(chapters.cues.map((cue) => cue.text)).toContain('Switchboard trap');
    expect(chapters.cues).toHaveLength(9);
  });

  it('says when it had to guess the charset', async () => {
    const latin = Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nUn café à la Fête\n', 'latin1');
    const track = await readCaptions(await file('café.fr.srt', latin));
    expect(track.cues[0]?.text).toBe('Un café à la Fête');
    expect(track.warnings).toEqual([
      '"café.fr.srt" is not UTF-8: it was read as windows-1252. If letters look wrong, save it as UTF-8.',
    ]);
  });

  it('reads UTF-16 with a byte order mark', async () => {
    const utf16 = Buffer.from(
      '\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\nこんにちは\r\n',
      'utf16le',
    );
    expect((await readCaptions(await file('日本語の映画.srt', utf16))).cues[0]?.text).toBe(
      'こんにちは',
    );
  });

  it('names the file and the line of what it left out', async () => {
    const path = await file(
      'film.vtt',
      'WEBVTT\n\nsoon --> later\nNever\n\n00:01.000 --> 00:02.000\nGood\n',
    );
    expect(await readCaptions(path)).toMatchObject({
      skipped: 1,
      warnings: ['"film.vtt": 1 cue left out, because the timing cannot be read; see line 3.'],
    });
  });

  it.each([
    ['empty.vtt', '', 'No captions in "empty.vtt": it has no cue.'],
    ['page.srt', '<html>404</html>', 'No captions in "page.srt": it has no cue.'],
    [
      'silent.vtt',
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>\n',
      'No captions in "silent.vtt": its 1 cues have no text',
    ],
    [
      'broken.srt',
      '1\n1 --> 2\nHi\n',
      'the first at line 2; expected one like 00:00:01.000 --> 00:00:04.000',
    ],
    [
      'huge.srt',
      'x'.repeat(8 * 1024 * 1024 + 1),
      '"huge.srt" has 8.0 MB: captions of at most 8 MB are read',
    ],
  ])('refuses %s, saying what is wrong', async (name, content, message) => {
    await expect(readCaptions(await file(name, content))).rejects.toThrow(message);
  });

  it('stops when it is aborted', async () => {
    const path = await file('long.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nGood\n');
    await expect(readCaptions(path, AbortSignal.abort(new Error('superseded')))).rejects.toThrow(
      'superseded',
    );
  });
});

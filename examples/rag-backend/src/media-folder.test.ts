import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { MediaFolder, SHIPPED_MEDIA_DIR } from './media-folder.js';

let parent: string;
let path: string;
let folder: MediaFolder;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'media-'));
  path = join(parent, 'media');
  await mkdir(path);
  await writeFile(join(parent, 'secret.vtt'), 'WEBVTT');
  folder = new MediaFolder(path);
});
afterEach(() => rm(parent, { recursive: true }));

const add = (...names: string[]): Promise<unknown> =>
  Promise.all(names.map((name) => writeFile(join(path, name), 'WEBVTT')));

async function found(id: string): Promise<string[]> {
  const files = await folder.find(id);
  return [...files.captions, ...files.containers].map((file) => basename(file));
}

describe('find', () => {
  it('finds every file of a video, and no other video’s', async () => {
    await add(
      'film.vtt',
      'film.fr.vtt',
      'film.chapters.en.VTT',
      'film.mp4',
      'film 2.vtt',
      'films.vtt',
      'film.txt',
      'Film.vtt',
    );
    expect(await found('film')).toEqual([
      'film.chapters.en.VTT',
      'film.fr.vtt',
      'film.vtt',
      'film.mp4',
    ]);
  });

  it.each([
    ['naïve film.fr.vtt', 'naïve film'],
    ['naïve film.fr.vtt', 'naïve film.fr'],
    ['naïve film.fr.vtt', 'naïve film.fr.vtt'],
    ['日本語の映画.vtt', '日本語の映画'],
    ['فيلم.srt', 'فيلم'],
    ['--help.srt', '--help'],
    ['$(x).srt', '$(x)'],
    ['-abcdefghi_.vtt', '-abcdefghi_'],
  ])('finds %s by %s', async (name, id) => {
    await add(name);
    expect(await found(id)).toEqual([name]);
  });

  it('finds a name whichever way its accents are stored', async () => {
    await add('naïve.vtt'.normalize('NFD'));
    expect((await folder.find('naïve'.normalize('NFC'))).captions).toHaveLength(1);
    expect((await folder.find('naïve'.normalize('NFD'))).captions).toHaveLength(1);
  });

  it('says what to add for a video that is not here', async () => {
    await expect(folder.find('dQw4w9WgXcQ')).rejects.toThrow(
      `No media for "dQw4w9WgXcQ": add dQw4w9WgXcQ.vtt or dQw4w9WgXcQ.srt (and, if you like, dQw4w9WgXcQ.mp4) to ${path}`,
    );
  });

  it('says what to add for a film without captions', async () => {
    await add('film.mp4');
    await expect(folder.find('film')).rejects.toThrow(
      'No captions for "film": add film.vtt or film.srt beside film.mp4',
    );
  });

  it.each([
    '../secret',
    '..',
    '/etc/passwd',
    'media/../../secret',
    'a\0b',
    '',
    '   ',
    'x'.repeat(201),
  ])('refuses %j', async (id) => {
    await expect(folder.find(id)).rejects.toThrow(/id/);
  });

  it('never finds anything outside the folder, whatever the id', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.constantFrom('.', '/', 's', 'secret', 'vtt', '\\', '%2e', '\0', '~'),
        }),
        async (id) => {
          await expect(folder.find(id)).rejects.toThrow();
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a link that leaves the folder, and follows one that stays', async () => {
    await add('film.vtt');
    await symlink(join(parent, 'secret.vtt'), join(path, 'leak.vtt'));
    await symlink('film.vtt', join(path, 'alias.vtt'));
    await symlink('nowhere.vtt', join(path, 'dangling.vtt'));
    await expect(folder.find('leak')).rejects.toThrow(
      '"leak.vtt": it is a link that leaves the media folder',
    );
    await expect(folder.find('dangling')).rejects.toThrow('it is a link to nothing');
    expect(await found('alias')).toEqual(['film.vtt']);
  });

  it('passes over folders that are called like captions', async () => {
    await mkdir(join(path, 'film.vtt'));
    await expect(folder.find('film')).rejects.toThrow('No media for "film"');
  });

  it('says so when there is no media folder', async () => {
    await expect(new MediaFolder(join(parent, 'none')).find('film')).rejects.toThrow(
      'it does not exist. Create it, or set MEDIA_DIR',
    );
  });
});

describe('ids', () => {
  it('lists the videos that can be ingested', async () => {
    await add('film.fr.vtt', 'film.srt', 'فيلم.srt', 'silent.mp4', 'notes.txt', '._film.vtt');
    expect(await folder.ids()).toEqual(['film', 'فيلم']);
  });

  it('lists the shipped videos', async () => {
    expect(await new MediaFolder(SHIPPED_MEDIA_DIR).ids()).toEqual([
      'bell-rock',
      'elephants-dream',
      'movable-type',
    ]);
  });
});

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { timeSlices } from './event-loop.js';
import { readResult, resultFileName, writeResult } from './result-file.js';
import { anyText } from './testing/any-text.js';
import { anIngestedVideo } from './testing/ingested-video.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'results-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (id: string) => readResult(join(folder, resultFileName(id)), timeSlices());

describe('resultFileName', () => {
  it('is a plain file name, whatever the id', () => {
    fc.assert(
      fc.property(anyText(), (id) => {
        expect(resultFileName(id)).toMatch(/^[A-Za-z0-9_-]{0,40}-[0-9a-f]{16}\.jsonl$/);
      }),
    );
  });

  it('differs where ids do, and only there', () => {
    expect(resultFileName('a b')).not.toBe(resultFileName('a_b'));
    expect(resultFileName('Film')).not.toBe(resultFileName('film'));
    expect(resultFileName('naïve'.normalize('NFD'))).toBe(resultFileName('naïve'.normalize('NFC')));
  });
});

describe('writeResult', () => {
  it('is read back as it was', async () => {
    const video = anIngestedVideo('日本語の映画', ['こんにちは\n"世界"', 'さようなら']);
    await writeResult(folder, video, timeSlices());
    expect(await read('日本語の映画')).toEqual(video);
  });

  it('makes the folder when it is not there', async () => {
    const deeper = join(folder, 'not', 'there');
    await writeResult(deeper, anIngestedVideo('film', ['Hello']), timeSlices());
    expect(await readdir(deeper)).toHaveLength(1);
  });

  it('leaves the old result, and nothing else, when it is aborted', async () => {
    const before = anIngestedVideo('film', ['Before']);
    await writeResult(folder, before, timeSlices());
    const after = anIngestedVideo('film', ['After', 'and more']);
    const aborted = timeSlices(AbortSignal.abort(new Error('superseded')));
    await expect(writeResult(folder, after, aborted)).rejects.toThrow('superseded');
    expect(await read('film')).toEqual(before);
    expect(await readdir(folder)).toEqual([resultFileName('film')]);
  });

  it('leaves nothing behind when the result cannot be put in place', async () => {
    await mkdir(join(folder, resultFileName('film'), 'in the way'), { recursive: true });
    await expect(
      writeResult(folder, anIngestedVideo('film', ['Hello']), timeSlices()),
    ).rejects.toThrow();
    expect(await readdir(folder)).toEqual([resultFileName('film')]);
  });

  it('survives two ingests of the same video at once', async () => {
    const [one, two] = [anIngestedVideo('film', ['One']), anIngestedVideo('film', ['Two'])];
    await Promise.all([one, two].map((video) => writeResult(folder, video, timeSlices())));
    expect([one, two]).toContainEqual(await read('film'));
    expect(await readdir(folder)).toHaveLength(1);
  });
});

describe('readResult', () => {
  it('knows no result of a video that was not ingested', async () => {
    expect(await read('film')).toBeUndefined();
  });

  it.each([
    ['', 'its format is not 1'],
    ['{"format":2}\n', 'its format is not 1'],
    ['not json\n', 'Unexpected token'],
    ['{"format":1,"segmentCount":2}\n{}\n', 'it ends too early'],
  ])('refuses a file that holds %j', async (content, reason) => {
    await writeFile(join(folder, resultFileName('film')), content);
    await expect(read('film')).rejects.toThrow(reason);
    await expect(read('film')).rejects.toThrow('Ingest the video again.');
  });
});

import { expect, it } from '@jest/globals';
import { describeWithChromium } from '../../client/test/chromium.js';
import { OpenedPage } from './opened-page.js';
import { servedStory } from './story.js';

describeWithChromium('the view of one task', () => {
  it('shows progress, steps, parts, output, command and metadata, live', async () => {
    const { monitor, url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks/video-1`);
    await opened.shows('Keynote: the year in review');
    await opened.shows('40 / 120 segments');
    for (const row of ['download', 'transcribe', 'embed', 'Part shard-1', 'Part shard-2'])
      await opened.page
        .locator('section', { hasText: 'Timeline' })
        .getByText(row)
        .first()
        .waitFor();
    await opened.shows('python -m worker.ingest --video v-1');
    await opened.shows('doc-1');
    await opened.shows('found 120 segments');
    await monitor.log('video-1', 'segment 41 is done');
    await opened.shows('segment 41 is done');
    await monitor.complete('shard-2');
    await opened.page
      .locator('section', { hasText: 'Timeline' })
      .locator('[aria-label="Completed"], .icon-completed')
      .nth(2)
      .waitFor();
    expect(opened.mishaps).toEqual([]);
  });

  it('cancels after it has asked, and tells what has come of it', async () => {
    const { monitor, url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks/video-1`);
    await opened.page.getByRole('button', { name: 'Cancel …' }).click();
    const dialog = opened.page.getByRole('dialog', { name: 'Cancel this task?' });
    await dialog.waitFor();
    await opened.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect((await monitor.get('video-1')).execution.cancel).toBeNull();
    await opened.page.getByRole('button', { name: 'Cancel …' }).click();
    await dialog.getByLabel(/Reason/).fill('a newer upload');
    await dialog.getByRole('button', { name: 'Cancel the task' }).click();
    for (const step of ['Requested', '“a newer upload”', 'Acknowledged', 'Cancelled'])
      await opened.shows(step);
    // The button that had the focus is gone.
    await opened.page.waitForFunction("document.activeElement.id === 'main'");
    const { status, execution } = await monitor.get('video-1');
    expect([status, execution.cancel?.reason]).toEqual(['cancelled', 'a newer upload']);
    expect(opened.mishaps).toEqual([]);
  });

  it('says what asking for a stop came to where the work does not stop', async () => {
    const { monitor, url } = await servedStory();
    const { task } = await monitor.run({ id: 'stubborn-1', name: 'Stubborn' }, () => FOREVER);
    const opened = await OpenedPage.open(`${url}#/tasks/${task.id}`);
    await opened.page.getByRole('button', { name: 'Cancel …' }).click();
    await opened.page.getByRole('button', { name: 'Cancel the task' }).click();
    await opened.shows('Asked to stop');
    // After `cancelGraceMs`.
    await opened.shows('Forced');
  });

  it.each([1280, 360])('moves nothing when a task ends, %d pixels wide', async (width) => {
    const { monitor, url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks/video-1`, {
      viewport: { width, height: 900 },
    });
    await opened.shows('found 120 segments');
    await opened.shows('Part shard-2');
    const places = (): Promise<number[]> =>
      opened.page.$$eval('h1, h2', (titles) =>
        titles.map((title) => Math.round(title.getBoundingClientRect().top)),
      );
    const before = await places();
    await monitor.complete('video-1');
    await opened.shows(/^Ended/);
    expect(await places()).toEqual(before);
  });

  it('tells why it may not be cancelled', async () => {
    const { url } = await servedStory({ readOnly: true });
    const opened = await OpenedPage.open(`${url}#/tasks/video-1`);
    await opened.page.getByRole('button', { name: 'Cancel …' }).click();
    await opened.page.getByRole('button', { name: 'Cancel the task' }).click();
    await opened.shows('You may not cancel it');
    await opened.shows(/Nothing can be changed here/);
  });

  it('shows why a task failed, with the stack where it may be seen, and the raw answer', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks/batch-2`);
    await opened.shows('Why it failed');
    await opened.shows('No answer from the embedding service within 30 s');
    await opened.shows(/at .*story/);
    await opened.page.getByText('Raw JSON').click();
    await opened.shows(/"task_id": "batch-2"/);
    await opened.page.getByRole('link', { name: 'Other failures like this' }).click();
    await opened.shows('1 task');
  });

  it('says that a task is not there, and that it was removed while one looked', async () => {
    const { monitor, url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks/nowhere-1`);
    await opened.shows('There is no such task');
    await opened.page.goto(`${url}#/tasks/sync-4`);
    await opened.shows('Folder of ada');
    await monitor.cancel('sync-4');
    await opened.shows('Nothing to stop');
    const again = await OpenedPage.open(`${url}#/tasks/video-1`);
    await again.shows('Keynote: the year in review');
  });
});

/** Work that hears nothing. */
const FOREVER = new Promise<never>(() => undefined);

import { expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { describeWithChromium } from '../../client/test/chromium.js';
import { closeLater } from '../../client/test/task-server.js';
import { OpenedPage, servedPage } from './opened-page.js';
import { servedStory } from './story.js';

describeWithChromium('the list of tasks', () => {
  it('holds ten thousand tasks with two hundred rows at most, page by page', async () => {
    const monitor = aMonitor();
    for (let number = 1; number <= 10_000; number++)
      await monitor.register({ name: `Document ${number}`, type: 'index' });
    const opened = await OpenedPage.open(`${(await servedPage(monitor)).url}#/tasks`);
    await opened.shows('10,000 tasks');
    await opened.shows('Document 10000');
    expect(await rows(opened)).toBeLessThanOrEqual(200);
    await opened.page.getByRole('link', { name: 'Next page' }).click();
    await opened.hides('Document 10000');
    expect(await rows(opened)).toBeLessThanOrEqual(200);
    await opened.page.waitForURL(/cursor=/);
    await opened.page.goBack();
    await opened.shows('Document 10000');
  });

  it('searches as one types, and keeps the search in the address', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks`);
    await opened.page
      .getByRole('combobox', { name: 'Search tasks' })
      .fill('error:"embedding service"');
    await opened.shows('1 task');
    await opened.shows('Batch 2');
    await opened.isAt('#/tasks?q=error%3A%22embedding+service%22');
    await opened.page.getByRole('combobox', { name: 'Search tasks' }).press('Escape');
    await opened.page.getByRole('button', { name: 'Clear' }).click();
    await opened.shows('7 tasks');
  });

  it('completes fields and what is seen of their values', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks`);
    await opened.shows('Folder of ada');
    const search = opened.page.getByRole('combobox', { name: 'Search tasks' });
    await opened.page.keyboard.press('/');
    await search.pressSequentially('ty');
    await opened.page.getByRole('option', { name: /^type:/ }).waitFor();
    await search.press('Tab');
    await search.pressSequentially('sy');
    await opened.page.getByRole('option', { name: /sync\.drive/ }).waitFor();
    await search.press('ArrowDown');
    await search.press('Enter');
    await search.press('Enter');
    await opened.shows('2 tasks');
    await opened.isAt('#/tasks?q=type%3Async.drive');
  });

  it('marks where a search cannot be read, and keeps what was found before', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks`);
    await opened.shows('Folder of ada');
    const search = opened.page.getByRole('combobox', { name: 'Search tasks' });
    await search.fill('type:ingest stauts:failed');
    await search.press('Enter');
    await opened.shows(/there is no field "stauts"/);
    expect(await opened.page.locator('mark').innerText()).toContain('stauts');
    await opened.shows('Folder of ada');
  });

  it('chooses by status, several at once', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks`);
    const status = opened.page.getByRole('group', { name: 'Status' });
    await status.getByRole('button', { name: 'Failed' }).click();
    await opened.shows('1 task');
    await status.getByRole('button', { name: 'Cancelled' }).click();
    await opened.shows('2 tasks');
    await opened.isAt('#/tasks?q=status%3Afailed%2Ccancelled');
  });

  it('shows what changes at once, and does not move what somebody reads', async () => {
    const monitor = aMonitor();
    const { id } = await monitor.register({ name: 'The lighthouse' });
    await monitor.start(id);
    const opened = await OpenedPage.open(`${(await servedPage(monitor)).url}#/tasks`);
    await opened.shows('The lighthouse');
    await opened.page.getByRole('row', { name: /The lighthouse/ }).hover();
    await monitor.progress(id, 'half of it');
    await opened.shows('half of it');
    await monitor.register({ name: 'The harbour' });
    await opened.page.getByRole('button', { name: '1 change · show' }).click();
    await opened.shows('The harbour');
    await opened.page.mouse.move(0, 0);
    await monitor.register({ name: 'The pier' });
    await opened.shows('The pier');
  });

  it('glides to where new tasks move the rows, unless motion is not wanted', async () => {
    const shiftWith = async (reducedMotion: 'reduce' | 'no-preference'): Promise<number> => {
      const monitor = aMonitor();
      for (let n = 1; n <= 8; n++) await monitor.register({ name: `Page ${n}` });
      const { url } = await servedPage(monitor);
      const { page } = await OpenedPage.open(`${url}#/tasks`, { reducedMotion });
      await page.getByText('Page 8').waitFor();
      await page.evaluate(`
        window.shift = 0;
        window.shifts = new PerformanceObserver((list) => {
          for (const { value } of list.getEntries()) window.shift += value;
        });
        shifts.observe({ type: 'layout-shift' });
      `);
      for (let n = 9; n <= 11; n++) {
        await monitor.register({ name: `Page ${n}` });
        await page.getByText(`Page ${n}`, { exact: true }).waitFor();
      }
      const glides = 'document.getAnimations().filter((each) => !(each instanceof CSSAnimation))';
      await page.evaluate(`Promise.allSettled(${glides}.map(({ finished }) => finished))`);
      return await page.evaluate<number>(
        'for (const { value } of shifts.takeRecords()) shift += value; shift',
      );
    };
    const jump = await shiftWith('reduce');
    expect(jump).toBeGreaterThan(0.02);
    expect(await shiftWith('no-preference')).toBeLessThan(jump / 10);
  });

  it('leads back to the search from a task', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks?q=status%3Afailed`);
    await opened.page.locator('.task-name').first().click();
    await opened.page.locator('.back').click();
    await opened.shows('1 task');
    await opened.isAt('#/tasks?q=status%3Afailed');
  });

  it('shows which status is chosen where there is room for some only', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks?q=status%3Acancelled`, {
      viewport: { width: 360, height: 740 },
    });
    await opened.shows('1 task');
    const chip = opened.page.getByRole('button', { name: 'Cancelled' });
    const box = await chip.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? Infinity) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  });

  it('puts the parts of a task below it, and closes and opens them by keys', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks`);
    await opened.page.getByRole('button', { name: 'Tree' }).click();
    const parent = opened.page.locator('[role=row][aria-level="1"][aria-expanded=true]');
    await parent.waitFor();
    expect(await parent.innerText()).toContain('Keynote: the year in review');
    expect(await opened.page.locator('[role=row][aria-level="2"]').count()).toBe(2);
    await parent.getByRole('link', { name: /Keynote/ }).focus();
    await opened.page.keyboard.press('ArrowLeft');
    await opened.hides('Part shard-1');
    await opened.page.keyboard.press('ArrowRight');
    await opened.shows('Part shard-1');
  });

  it('knows of a parent that it is one before any of its children was seen', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'parent-1', name: 'The lighthouse' });
    await monitor.register({ name: 'The stairs', parentId: 'parent-1' });
    await monitor.register({ name: 'The harbour' });
    const { url } = await servedPage(monitor);
    const opened = await OpenedPage.open(`${url}#/tasks?q=name%3A%22The+l%22&tree=on`);
    await opened.shows('1 task');
    const children = opened.page.getByRole('button', { name: 'Children of The lighthouse' });
    await children.click();
    await opened.shows('The stairs');
    await opened.page.getByRole('button', { name: 'Clear the search' }).click();
    await opened.shows('The harbour');
    // It has none, and says so.
    const others = opened.page.getByRole('button', { name: /^Children of The [^l]/ });
    expect(await others.count()).toBe(0);
  });

  it('keeps in the address that it is a tree, and remembers it', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks?q=status%3Acompleted`);
    const tree = opened.page.getByRole('button', { name: 'Tree' });
    await tree.click();
    await opened.isAt('#/tasks?q=status%3Acompleted&tree=on');
    await opened.page.getByRole('treegrid').waitFor();
    await opened.page.goBack();
    await opened.page.getByRole('table').waitFor();
    await opened.page.goForward();
    await opened.page.reload();
    await opened.page.getByRole('treegrid').waitFor();
    await opened.page.getByRole('link', { name: 'Overview' }).click();
    await opened.page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await opened.isAt('#/tasks?tree=on');
    await tree.click();
    await opened.isAt('#/tasks');
    expect(opened.mishaps).toEqual([]);
  });

  it('is searched with / from wherever one is', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/`);
    await opened.shows('Keynote: the year in review');
    await opened.page.keyboard.press('/');
    await opened.isAt('#/tasks');
    const search = opened.page.getByRole('combobox', { name: 'Search tasks' });
    await opened.page.locator('[role=combobox]:focus').waitFor();
    await search.pressSequentially('a/b');
    expect(await search.inputValue()).toBe('a/b');
  });

  it('says of a task that has ended no more than that it said something last', async () => {
    const monitor = aMonitor();
    const { id } = await monitor.register({ name: 'The lighthouse' });
    await monitor.start(id);
    await monitor.progress(id, { message: 'Stairs', percent: 60 });
    const opened = await OpenedPage.open(`${(await servedPage(monitor)).url}#/tasks`);
    await opened.page.getByText('Stairs', { exact: true }).waitFor();
    await monitor.complete(id);
    await opened.shows('last said: Stairs');
    await opened.page.getByRole('link', { name: 'The lighthouse' }).click();
    await opened.shows('last said: Stairs');
  });

  it('says that nothing matches, and what', async () => {
    const { url } = await servedStory();
    const opened = await OpenedPage.open(`${url}#/tasks?q=type%3Anothing`);
    await opened.shows('No task matches');
    await opened.shows('type:nothing');
  });

  it('says that it is refused', async () => {
    const { url } = await servedStory({
      authorize: (req) => req.url === '/ui' || req.headers['x-seldom'] !== undefined,
    });
    const opened = await OpenedPage.open(`${url}#/tasks`);
    await opened.shows('You may not see this');
  });
});

function aMonitor(): TaskMonitor {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  return monitor;
}

function rows({ page }: OpenedPage): Promise<number> {
  return page.getByRole('row').count();
}

import { expect, it } from '@jest/globals';
import { TaskMonitor, type TaskMonitorOptions } from '@task-monitor/core';
import type { Route } from 'playwright-core';
import { describeWithChromium } from '../../client/test/chromium.js';
import { closeLater } from '../../client/test/task-server.js';
import { OpenedPage, servedPage } from './opened-page.js';

describeWithChromium('the overview', () => {
  it('shows what runs and how far, live, and where the end was', async () => {
    const monitor = aMonitor();
    const task = await monitor.register({ id: 'task-1', type: 'ingest', name: 'The lighthouse' });
    await monitor.start(task.id);
    await monitor.progress(task.id, { current: 12, total: 80, unit: 'segments' });
    const opened = await OpenedPage.open((await servedPage(monitor)).url);

    await opened.shows('12/80 segments (15%)');
    const bar = opened.page.getByRole('progressbar', { name: 'Progress of The lighthouse' });
    await bar.and(opened.page.locator('[aria-valuenow="15"]')).waitFor();
    await monitor.progress(task.id, { current: 40, total: 80, unit: 'segments' });
    await opened.shows('40/80 segments (50%)');
    await bar.and(opened.page.locator('[aria-valuenow="50"]')).waitFor();
    await monitor.complete(task.id);
    await bar.and(opened.page.locator('[aria-valuenow="100"]')).waitFor();
    await countOf(opened, 'Completed', '1');
    expect(opened.mishaps).toEqual([]);
  });

  it('counts by status, and links each count to its tasks', async () => {
    const monitor = aMonitor();
    for (const id of ['task-1', 'task-2', 'task-3', 'task-4']) await monitor.register({ id });
    for (const id of ['task-1', 'task-2']) await monitor.start(id);
    await monitor.fail('task-1', new Error('No answer'));
    await monitor.cancel('task-3');
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    for (const [name, count] of [
      ['Running', '1'],
      ['Pending', '1'],
      ['Completed', '0'],
      ['Failed', '1'],
      ['Cancelled', '1'],
    ] as const)
      await countOf(opened, name, count);
    await opened.shows('0.0 %');
    await opened.page.getByRole('link', { name: /^Failed/ }).click();
    await opened.isAt('#/tasks?q=status%3Afailed');
  });

  it('puts failures together that say the same', async () => {
    const monitor = aMonitor();
    for (const number of [1, 2, 3]) {
      const { id } = await monitor.register({ type: 'embed' });
      await monitor.start(id);
      await monitor.fail(id, new Error(`No answer within ${number} s`));
    }
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    await opened.shows('No answer within 3 s');
    await opened.shows('3×');
    await expectAbsent(opened, 'No answer within 2 s');
  });

  it('draws what ended and how long it took', async () => {
    let took = 0;
    const clock = {
      now: () => Date.now() - 60_000 + took,
      monotonic: () => performance.now(),
      after: (ms: number, callback: () => void) => {
        const timer = setTimeout(callback, ms).unref();
        return { cancel: () => clearTimeout(timer) };
      },
    };
    const monitor = aMonitor({ clock });
    for (const end of ['complete', 'complete', 'fail'] as const) {
      const { id } = await monitor.register({ type: 'embed' });
      await monitor.start(id);
      took += 8_000;
      await (end === 'fail' ? monitor.fail(id, new Error('No answer')) : monitor.complete(id));
    }
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    await isDrawn(opened, 'Tasks that ended, per 5 s', '--completed');
    await isDrawn(opened, 'Tasks that ended, per 5 s', '--failed');
    await isDrawn(opened, 'How long completed tasks took', '--accent');
    expect(opened.mishaps).toEqual([]);
  });

  it('says of how many ends it tells where there were too many to read', async () => {
    const monitor = aMonitor();
    for (let number = 1; number <= 501; number++) {
      const { id } = await monitor.register();
      await monitor.start(id);
      await monitor.fail(id, new Error('No answer from the pilot'));
    }
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    await opened.shows('the newest 500 only');
    await opened.shows('the newest 100 of 501');
    await opened.shows('100+');
    await isDrawn(opened, /^Tasks that ended, per /, '--failed');
  });

  it('leaves failures in their places while they are pointed at, and then puts the latest first', async () => {
    const monitor = aMonitor();
    const fail = async (message: string): Promise<void> => {
      const { id } = await monitor.register();
      await monitor.start(id);
      await monitor.fail(id, new Error(message));
    };
    await fail('No light');
    await fail('No answer');
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    const messages = opened.page.locator('.failure-message');
    await messages.nth(1).filter({ hasText: 'No light' }).hover();
    await fail('No light');
    await opened.shows('2×');
    expect(await messages.allInnerTexts()).toEqual(['No answer', 'No light']);
    await opened.page.getByRole('link', { name: 'Overview' }).hover();
    await messages.nth(0).filter({ hasText: 'No light' }).waitFor();
  });

  it('promises no end of a task that is to be cancelled', async () => {
    const monitor = aMonitor();
    const { task } = await monitor.run({ id: 'stubborn-1', name: 'Stubborn' }, () => FOREVER);
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    await opened.shows('Stubborn');
    await monitor.cancel(task.id);
    await opened.shows('cancelling');
    await opened.page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await opened.page
      .getByRole('row', { name: /Stubborn/ })
      .getByText('cancelling')
      .waitFor();
    await opened.page.getByRole('link', { name: 'Stubborn' }).click();
    await opened.shows('Cancelling');
    await opened.shows('It was asked to stop.');
  });

  it('says that there is nothing yet, and shows the first task by itself', async () => {
    const monitor = aMonitor();
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    await opened.shows('No tasks yet');
    await monitor.register({ name: 'The first' });
    await opened.hides('No tasks yet');
    await countOf(opened, 'Pending', '1');
  });

  it('says since when it is stale, and goes on where it was when the server comes again', async () => {
    const monitor = aMonitor();
    const { id } = await monitor.register({ name: 'The lighthouse' });
    await monitor.start(id);
    const { server, url } = await servedPage(monitor);
    const opened = await OpenedPage.open(url);
    await opened.shows('Live');
    await server.kill();
    await opened.shows(/^Stale/);
    await opened.shows('The lighthouse');
    await monitor.progress(id, 'far ahead');
    await servedPage(monitor, {}, server.port);
    await opened.shows('far ahead');
    await opened.shows('Live');
    expect(opened.mishaps).toEqual([]);
  });

  it('forgets what ran and failed in a server that is gone with its tasks', async () => {
    const before = aMonitor();
    for (const name of ['The lighthouse', 'The harbour']) {
      const { id } = await before.register({ name });
      await before.start(id);
      if (name === 'The harbour') await before.fail(id, new Error('No answer from the pilot'));
    }
    const { server, url } = await servedPage(before);
    const opened = await OpenedPage.open(url);
    await opened.shows('The lighthouse');
    await opened.shows('No answer from the pilot');
    await server.kill();
    const after = aMonitor();
    const { id } = await after.register({ name: 'The pier' });
    await after.start(id);
    await servedPage(after, {}, server.port);
    await opened.shows('The pier');
    // At once, and not only when its time to be read is over.
    await expectAbsent(opened, 'The lighthouse');
    await opened.hides('No answer from the pilot');
    await countOf(opened, 'Failed', '0');
    expect(opened.mishaps).toEqual([]);
  });

  it('asks once more for what had failed, when that was not answered', async () => {
    const monitor = await aFailure('No answer from the pilot');
    const opened = await OpenedPage.open((await servedPage(monitor)).url);
    await opened.shows('No answer from the pilot');
    let asked = 0;
    await opened.page.route(FAILED, (route) =>
      asked++ === 0 ? route.fulfill({ status: 503, body: 'Away' }) : route.continue(),
    );
    await opened.page.reload();
    await opened.shows('No answer from the pilot');
    expect(asked).toBe(2);
  });

  it('takes nothing from an answer that is older than what it stands for', async () => {
    const before = await aFailure('No answer from the pilot');
    const { server, url } = await servedPage(before);
    const opened = await OpenedPage.open(url);
    await opened.shows('No answer from the pilot');
    let take: (route: Route) => void = () => undefined;
    const nextQuestion = (): Promise<Route> => new Promise((resolve) => (take = resolve));
    await opened.page.route(FAILED, (route) => take(route));
    const ended = opened.page.waitForResponse(/\/tasks\/all\?.*completed/);
    const first = nextQuestion();
    await opened.page.reload();
    const older = await first;
    const answer = await (await older.fetch()).json();
    await ended;
    const second = nextQuestion();
    await server.kill();
    await servedPage(await aFailure('No light at the pier'), {}, server.port);
    const newer = await second;
    await older.fulfill({ json: answer });
    await newer.continue();
    await opened.shows('No light at the pier');
    await expectAbsent(opened, 'No answer from the pilot');
  });

  it('says how old it is at 360 px without breaking the frame', async () => {
    const { server, url } = await servedPage(aMonitor());
    const opened = await OpenedPage.open(url, { viewport: { width: 360, height: 700 } });
    await opened.shows('Live');
    const link = opened.page.getByRole('link', { name: 'Overview' });
    const before = await link.boundingBox();
    await server.kill();
    await opened.shows(/^Stale/);
    // Not read out every second.
    await opened.page
      .getByRole('status')
      .locator('[aria-live=off]')
      .getByText(/now|ago/)
      .waitFor();
    expect(await link.boundingBox()).toEqual(before);
    const told = await opened.page.getByText(/^Stale/).boundingBox();
    expect((told?.x ?? 0) + (told?.width ?? 0)).toBeLessThanOrEqual(360);
  });

  it('claims nothing before it was told anything, and says why it was not', async () => {
    const { url } = await servedPage(aMonitor());
    const opened = await OpenedPage.open(url);
    await opened.shows('No tasks yet');
    const asked = /\/tasks\/(?!ui)/;
    await opened.page.route(asked, () => undefined);
    await opened.page.reload();
    await opened.shows('Loading …');
    await expectAbsent(opened, 'Nothing runs');
    await expectAbsent(opened, 'Nothing has failed.');
    await opened.page.unroute(asked);
    await opened.page.route(asked, (route) => route.fulfill({ status: 502, body: 'Bad gateway' }));
    await opened.page.reload();
    await opened.page.getByRole('heading', { name: 'No answer yet' }).waitFor();
    await opened.shows(/got status 502/);
    await opened.page.unroute(asked);
    await opened.shows('No tasks yet');
  });

  it('says of an address that leads nowhere that it does, and where to go', async () => {
    const { url } = await servedPage(aMonitor());
    const opened = await OpenedPage.open(`${url}#/nothing-like-that`);
    await opened.shows('There is no such page');
    await opened.shows('#/nothing-like-that');
    await opened.page.getByRole('main').getByRole('link', { name: 'Overview' }).click();
    await opened.shows('No tasks yet');
  });

  it('asks for nothing of any other origin', async () => {
    const monitor = aMonitor();
    await monitor.register();
    const { url } = await servedPage(monitor);
    const opened = await OpenedPage.open(url);
    await countOf(opened, 'Pending', '1');
    const origins = new Set(opened.requests.map((request) => new URL(request).origin));
    expect([...origins]).toEqual([new URL(url).origin]);
  });
});

/** Waits for a chart to have pixels of the colour that a property of the style sheet has. */
async function isDrawn(opened: OpenedPage, chart: string | RegExp, color: string): Promise<void> {
  const canvas = opened.page.getByRole('img', { name: chart }).locator('canvas');
  while (!(await canvas.evaluate(hasPixels, color)))
    await opened.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

/** Runs in the page. */
function hasPixels(element: Element, property: string): boolean {
  const { width, height } = element as HTMLCanvasElement;
  const probe = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(property);
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  const context = (element as HTMLCanvasElement).getContext('2d') as CanvasRenderingContext2D;
  const { data } = context.getImageData(0, 0, width, height);
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) return true;
  return false;
}

/** Work that hears nothing. */
const FOREVER = new Promise<never>(() => undefined);

/** The question for what has failed. */
const FAILED = /\/tasks\/failed\b/;

async function aFailure(message: string): Promise<TaskMonitor> {
  const monitor = aMonitor();
  const { id } = await monitor.register();
  await monitor.start(id);
  await monitor.fail(id, new Error(message));
  return monitor;
}

function aMonitor(options?: TaskMonitorOptions): TaskMonitor {
  const monitor = new TaskMonitor(options);
  closeLater(() => monitor.close());
  return monitor;
}

/** Resolves when this is the count of that name. */
async function countOf(opened: OpenedPage, name: string, count: string): Promise<void> {
  await opened.page
    .getByRole('list', { name: 'Tasks by status' })
    .getByRole('link', { name: new RegExp(`^${name}\\s*${count}$`) })
    .waitFor();
}

async function expectAbsent(opened: OpenedPage, text: string): Promise<void> {
  expect(await opened.page.getByText(text).count()).toBe(0);
}

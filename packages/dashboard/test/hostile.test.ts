import { expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { describeWithChromium } from '../../client/test/chromium.js';
import { closeLater } from '../../client/test/task-server.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { OpenedPage, servedPage } from './opened-page.js';

describeWithChromium('the page with hostile texts', () => {
  it('shows a hundred of them in every field of every view, and runs none', async () => {
    expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(100);
    const monitor = new TaskMonitor({ redact: false });
    closeLater(() => monitor.close());
    for (const [index, text] of HOSTILE_TEXTS.entries()) await tasksOf(monitor, index, text);
    const { url } = await servedPage(monitor);
    const opened = await OpenedPage.open(`${url}#/`);
    await opened.shows('Latest failures');
    await opened.page.goto(`${url}#/tasks`);
    await opened.page.getByRole('row').nth(20).waitFor();

    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      for (const kind of ['failed', 'running']) {
        await opened.page.goto(`${url}#/tasks/${kind}-${index}`);
        await opened.page.getByRole('heading', { level: 1 }).waitFor();
        await opened.shows(`id ${kind}-${index} is here`);
      }
      for (const hash of [`#/tasks?q=${encodeURIComponent(text)}`, `#/tasks/${text}`, `#${text}`])
        await opened.page.goto(url + hash);
    }
    expect(await opened.ran()).toBe(0);
    expect(opened.mishaps).toEqual([]);
    const origins = new Set(opened.requests.map((request) => new URL(request).origin));
    expect([...origins]).toEqual([new URL(url).origin]);
  }, 600_000);
});

/** A failed and a running task that have this text wherever a text may be. */
async function tasksOf(monitor: TaskMonitor, index: number, text: string): Promise<void> {
  const short = text.slice(0, 120);
  const described = {
    type: short,
    name: short,
    tags: [short],
    command: ['echo', text],
    metadata: { [short]: { nested: text, list: [text] } },
  };
  const failed = await monitor.register({ ...described, id: `failed-${index}` });
  await monitor.start(failed.id);
  await monitor.progress(failed.id, { message: text, current: 1, total: 2, unit: short });
  await monitor.log(failed.id, [text, `id ${failed.id} is here`]);
  const error = new Error(text);
  error.name = short;
  error.stack = `${text}\n    at ${text}`;
  await monitor.fail(failed.id, error);

  const { task } = await monitor.run(
    { ...described, id: `running-${index}`, parentId: failed.id, underWay: true },
    async ({ step, log, signal }) => {
      await step(short, async ({ progress }) => progress(text));
      await log({ stream: 'stderr', text: `id running-${index} is here ${text}` });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  );
  if (index % 2 === 0) await monitor.cancel(task.id, { reason: text, by: short });
}

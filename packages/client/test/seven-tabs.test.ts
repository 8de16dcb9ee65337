import { expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { bundlePage, ChromiumPage, describeWithChromium } from './chromium.js';
import { appWithPage } from './page-server.js';
import { closeLater, TestServer } from './task-server.js';

/** A server, and the address of its page. */
async function served(): Promise<{ monitor: TaskMonitor; url: string }> {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  await monitor.register({ id: 'task-1' });
  const { code } = await bundlePage('tab');
  const { port } = await TestServer.start(appWithPage(monitor, code));
  return { monitor, url: `http://127.0.0.1:${port}/` };
}

const setFront = (tab: ChromiumPage, isFront: boolean): Promise<unknown> =>
  tab.page.evaluate(`setFront(${isFront})`);

describeWithChromium('seven tabs of one browser, over HTTP/1.1', () => {
  it('leave the API a connection: those in the back hold none, and go on when they are in front', async () => {
    const { monitor, url } = await served();
    const [first, ...others] = await ChromiumPage.openTabs(url, 7, async (tab) => {
      await tab.says('states', 'live');
      await setFront(tab, false);
      await tab.says('states', 'live', 'paused');
    });
    if (first === undefined) throw new Error('There is no tab.');
    const tabs = [first, ...others];
    for (const tab of tabs) {
      await setFront(tab, true);
      await tab.says('states', 'live', 'paused', 'live');
      expect(await tab.page.evaluate('askStats()')).toBe(await monitor.count());
      await monitor.register({ id: `seen-${tabs.indexOf(tab) + 1}` });
      await tab.says('all', `task.registered seen-${tabs.indexOf(tab) + 1} pending v1`);
      await setFront(tab, false);
      await tab.says('states', 'live', 'paused', 'live', 'paused');
    }
    // Each is told in the end what all were told, once and in order, whatever part of it came while it was in the back.
    for (const tab of tabs) {
      await setFront(tab, true);
      await tab.says('all', 'task.registered seen-7 pending v1');
      expect(await tab.lines('all')).toEqual([
        'snapshot task-1',
        ...tabs.map((_, index) => `task.registered seen-${index + 1} pending v1`),
      ]);
      await setFront(tab, false);
    }
    expect(tabs.flatMap(({ mishaps }) => mishaps)).toEqual([]);
  }, 240_000);

  it('would leave it none if they all stayed connected', async () => {
    const { monitor, url } = await served();
    const tabs = await ChromiumPage.openTabs(`${url}?never`, 6, async (tab) => {
      await tab.says('states', 'live');
      await setFront(tab, false);
    });
    let isAnswered = false;
    const asked = tabs[0]?.page.evaluate('askStats()').finally(() => (isAnswered = true));
    for (let number = 2; number <= 11; number++) {
      await monitor.register({ id: `task-${number}` });
      for (const tab of tabs) await tab.says('all', `task.registered task-${number} pending v1`);
    }
    expect(isAnswered).toBe(false);
    // As soon as one of the six has gone there is one to answer with.
    await tabs[5]?.page.close();
    expect(await asked).toBe(11);
  }, 240_000);
});

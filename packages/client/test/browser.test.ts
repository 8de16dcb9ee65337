import { expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { bundlePage, ChromiumPage, describeWithChromium } from './chromium.js';
import { appWithPage } from './page-server.js';
import { closeLater, TestServer } from './task-server.js';

describeWithChromium('the client in Chromium', () => {
  it('is nothing but itself', async () => {
    const { files } = await bundlePage('watching');
    const others = files.filter((file) => !/^(src|test)\//.test(file));
    expect(others).toEqual([]);
  });

  it('follows tasks through a cancellation and a restart of the server', async () => {
    const monitor = new TaskMonitor();
    closeLater(() => monitor.close());
    await monitor.register({ id: 'task-1', type: 'ingest' });
    await monitor.register({ id: 'task-2', type: 'ingest' });
    const { code } = await bundlePage('watching');
    const server = await TestServer.start(appWithPage(monitor, code));
    const opened = await ChromiumPage.open(`http://127.0.0.1:${server.port}/`);

    await opened.says('task', 'snapshot task-1 pending v1');
    await opened.says('all', 'snapshot task-2 task-1');
    await opened.says('stats', '2 tasks', 'TASK_NOT_FOUND');
    await monitor.cancel('task-2');
    await opened.says('all', 'task.cancelled task-2 cancelled v2');

    await server.kill();
    await opened.says('states', 'live', 'reconnecting');
    await monitor.start('task-1');
    await TestServer.start(appWithPage(monitor, code), server.port);
    await opened.says('task', 'task.started task-1 running v2');
    await opened.says('all', 'task.started task-1 running v2');
    await monitor.cancel('task-1');
    await opened.says('task', 'over');

    const lines = await opened.lines('task');
    expect(lines.filter((line) => !line.startsWith('task.cancel-requested'))).toEqual([
      'snapshot task-1 pending v1',
      'task.started task-1 running v2',
      expect.stringMatching(/^task\.cancelled task-1 cancelled v\d+$/),
      'over',
    ]);
    expect(opened.mishaps).toEqual([]);
  }, 240_000);
});

import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { sendRaw, statusesIn } from './raw-socket.js';
import { listen, VERSIONS } from './served.js';

const SPELLINGS = [
  '/tasks/cleanup',
  '/tasks/cleanup/',
  '/tasks/cleanup?',
  '/tasks//cleanup',
  '/tasks///cleanup',
  '/tasks//cleanup//',
  '//tasks/cleanup',
  '//tasks//cleanup',
  '/TASKS/cleanup',
  '/tasks/CLEANUP',
  '/tasks/%63leanup',
  '/t%61sks/cleanup',
  '/tasks%2Fcleanup',
  '/tasks/./cleanup',
  '/tasks/x/../cleanup',
  '/tasks/;/cleanup',
  '/tasks;/cleanup',
  '/tasks\\cleanup',
  '/tasks/\\cleanup',
  '/tasks/cleanup#',
  '/tasks?/cleanup',
  '/tasks.cleanup',
  'http://localhost/tasks/cleanup',
  'http://localhost/tasks//cleanup',
  'http://localhost//tasks/cleanup',
  'HTTP://LOCALHOST/tasks//cleanup',
];

describe.each(VERSIONS)('a guard in front of /tasks/cleanup: %s', (_, makeApp) => {
  it.each(SPELLINGS)('is not passed by as %s', async (target) => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.cancel('task-1');
    const app = makeApp([{ path: '/tasks', monitor }], { guarded: '/tasks/cleanup' });
    for (const query of ['', '?days=0']) {
      const start = `DELETE ${target}${target.includes('?') ? '' : query} HTTP/1.1`;
      const answer = await sendRaw(
        await listen(app),
        `${start}\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect([start, statusesIn(answer)]).not.toEqual([start, [200]]);
    }
    expect(await monitor.count()).toBe(1);
  });
});

import { expect, it } from '@jest/globals';
import express from 'express';
import { TaskMonitor } from '@task-monitor/core';
import { describeWithChromium } from '../../client/test/chromium.js';
import { closeLater, TestServer } from '../../client/test/task-server.js';
import { OpenedPage, servedPage } from './opened-page.js';

describeWithChromium('a page of another site', () => {
  it('can neither change, read nor frame anything', async () => {
    const monitor = new TaskMonitor();
    closeLater(() => monitor.close());
    const { id } = await monitor.register({ id: 'task-1' });
    await monitor.start(id);
    const old = await monitor.register({ id: 'task-2' });
    await monitor.start(old.id);
    await monitor.complete(old.id);
    const before = await monitor.stats();
    const { server } = await servedPage(monitor);
    const base = `http://127.0.0.1:${server.port}/tasks`;
    const evil = await TestServer.start(
      express().get('/', (_req, res) => void res.type('html').send(EVIL)),
    );

    // By another name: another site for the browser, though it is the same machine.
    const opened = await OpenedPage.open(`http://localhost:${evil.port}/`);
    const tried = await opened.page.evaluate<Record<string, string>>(
      `attack(${JSON.stringify(base)})`,
    );
    expect(tried).toEqual({
      cancel: 'refused',
      cancelAsText: 'refused',
      cleanup: 'refused',
      form: 'sent',
      read: 'refused',
      events: 'refused',
      script: 'refused',
      frame: 'empty',
    });
    expect(await monitor.stats()).toEqual(before);
    expect((await monitor.get(id)).execution.cancel).toBeNull();
  });
});

/** Everything that a page can do to another site, and whether it got anything of it. */
const EVIL = `<!doctype html><title>evil</title><iframe name="target"></iframe><script>
const refused = (promise) => promise.then(() => 'answered', () => 'refused');
const element = (name, properties, told) => new Promise((resolve) => {
  const made = Object.assign(document.createElement(name), properties);
  made.onload = () => resolve(told(made));
  made.onerror = () => resolve('refused');
  document.body.append(made);
});
async function attack(base) {
  const form = Object.assign(document.createElement('form'), {
    action: base + '/task-1/cancel', method: 'post', enctype: 'text/plain', target: 'target',
  });
  document.body.append(form);
  const sent = new Promise((resolve) => {
    document.querySelector('iframe').addEventListener('load', () => resolve('sent'), { once: true });
  });
  form.submit();
  return {
    cancel: await refused(fetch(base + '/task-1/cancel', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })),
    cancelAsText: await refused(fetch(base + '/task-1/cancel', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' })),
    cleanup: await refused(fetch(base + '/cleanup?days=0', { method: 'DELETE' })),
    form: await sent,
    read: await refused(fetch(base + '/all')),
    events: await new Promise((resolve) => {
      const events = new EventSource(base + '/events');
      events.onmessage = events.onopen = () => resolve('answered');
      events.onerror = () => resolve('refused');
    }),
    script: await element('script', { src: base + '/stats' }, () => 'answered'),
    // A frame that may not be shown is an empty page of nobody's, which cannot be looked into.
    frame: await element('iframe', { src: base + '/ui' }, (frame) => {
      try { return frame.contentDocument === null ? 'empty' : 'shown'; } catch { return 'shown'; }
    }),
  };
}
</script>`;

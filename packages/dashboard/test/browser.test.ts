import { expect, it } from '@jest/globals';
import { describeWithChromium } from '../../client/test/chromium.js';
import { OpenedPage } from './opened-page.js';
import { HOSTS, serve } from './served.js';

/** Where the ways to a page differ most, as a browser sees it. */
const WAYS = [
  'node:http',
  'Express 4 at /tasks',
  'Express 5, mounted twice',
  'Express 5 behind a proxy that rewrites paths',
  'Express 5 behind the compression middleware',
] as const;

describeWithChromium('the page in Chromium', () => {
  it.each(WAYS)(
    'is shown, and asks nobody but its own mount: %s',
    async (way) => {
      const host = HOSTS[way] as (typeof HOSTS)[string];
      const { port } = await serve(host);
      const mount = `http://127.0.0.1:${port}${host.at}`;
      const { page, requests, mishaps } = await OpenedPage.open(`${mount}/ui/`);
      await page.waitForFunction("document.getElementById('app').innerText !== ''");
      expect(page.url().replace(/[?#].*/, '')).toBe(`${mount}/ui`);
      expect(requests.filter((url) => !url.startsWith(`${mount}/`))).toEqual([]);
      expect(requests).toEqual(
        expect.arrayContaining([`${mount}/ui`, `${mount}/ui/app.js`, `${mount}/ui/app.css`]),
      );
      expect(await page.evaluate('document.styleSheets.length')).toBe(1);
      expect(mishaps).toEqual([]);
    },
    240_000,
  );

  it('runs no script that is not its own file', async () => {
    const { port } = await serve(HOSTS['Express 4 at /tasks'] as (typeof HOSTS)[string]);
    const { page, mishaps } = await OpenedPage.open(`http://127.0.0.1:${port}/tasks/ui`);
    const attempt = `
      const script = document.createElement('script');
      script.textContent = '__ran()';
    `;
    await expect(page.evaluate(attempt)).rejects.toThrow(/TrustedScript/);
    await expect(page.evaluate("document.body.innerHTML = '<p>'")).rejects.toThrow(/TrustedHTML/);
    const image = `
      const image = document.createElement('img');
      image.setAttribute('src', 'http://localhost:${port}/tasks/ui/icon.svg');
      document.body.append(image);
    `;
    await page.evaluate(image);
    await page.waitForFunction("violations.some((text) => text.startsWith('img-src'))");
    expect(await page.evaluate('ran')).toBe(0);
    expect(mishaps.length).toBeGreaterThan(0);
  }, 240_000);

  it('says in words that it is refused, in its own style', async () => {
    const host = HOSTS['Express 5 at /tasks'] as (typeof HOSTS)[string];
    const { port } = await serve(host, { authorize: () => false });
    const { page, mishaps } = await OpenedPage.open(`http://127.0.0.1:${port}/tasks/ui`);
    expect(await page.locator('h1').innerText()).toBe('You may not see these tasks');
    expect(await page.evaluate('document.styleSheets.length')).toBe(1);
    // Chromium reports the status of the page itself.
    expect(mishaps.filter((text) => !text.includes('403'))).toEqual([]);
  }, 240_000);
});

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, jest } from '@jest/globals';
import type { TaskMonitor } from '@task-monitor/core';
import { dashboard } from '@task-monitor/dashboard';
import type { TaskRouterOptions } from '@task-monitor/express';
import { chromiumProgram } from '../../client/test/chromium.js';
import { appOf, closeLater, TestServer } from '../../client/test/task-server.js';

/** Longer than any machine takes, and shorter than a test may last. */
const PATIENCE_MS = 120_000;

// A browser takes long to do little where many programs run.
jest.setTimeout(300_000);

let browser: Promise<Browser> | null = null;
afterAll(async () => (await browser)?.close());

/** The page in a window of its own of one Chromium for all tests of a file. */
export class OpenedPage {
  readonly page: Page;
  /** What went wrong: errors that nobody caught, what the content security policy stopped, what the browser complained of. */
  readonly mishaps: string[] = [];
  /** Every address that was asked for. */
  readonly requests: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.mishaps.push(error.message));
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('console', (message) => {
      // A server that is away is no mistake of the page, and told by it.
      if (message.type() === 'error' && !/^Failed to load resource/.test(message.text()))
        this.mishaps.push(message.text());
    });
  }

  static async open(url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
    browser ??= chromium.launch({
      executablePath: chromiumProgram(),
      timeout: PATIENCE_MS,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const context = await (
      await browser
    ).newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    closeLater(() => context.close());
    const page = await context.newPage();
    await page.addInitScript(WATCHED);
    const opened = new OpenedPage(page);
    await page.goto(url);
    return opened;
  }

  /** How often something ran that was only to be shown. */
  async ran(): Promise<number> {
    return await this.page.evaluate<number>('ran');
  }

  /** Resolves when the text is to be seen. */
  async shows(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Resolves when the address has this hash. */
  async isAt(hash: string): Promise<void> {
    await this.page.waitForURL((url) => url.hash === hash);
  }

  /** Resolves when the text is not to be seen any more. */
  async hides(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor({ state: 'hidden' });
  }
}

/** What the content security policy stops is an error in the console, too; a text that runs counts itself. */
const WATCHED = `
  window.ran = 0;
  window.violations = [];
  window.__ran = () => { window.ran += 1; };
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    window.violations.push(violatedDirective);
    console.error('Stopped by the policy: ' + violatedDirective + ' ' + blockedURI);
  });
`;

/** The router with the page, at `/tasks` of a server of its own. */
export async function servedPage(
  monitor: TaskMonitor,
  options: TaskRouterOptions = {},
  port = 0,
): Promise<{ readonly server: TestServer; readonly url: string }> {
  const server = await TestServer.start(appOf(monitor, { dashboard, ...options }), port);
  return { server, url: `http://127.0.0.1:${server.port}/tasks/ui` };
}

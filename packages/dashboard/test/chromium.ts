import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { afterEach, describe } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAM = (process.env.PATH ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'chromium'))
  .find(isThere);

const INSTALL = 'apt-get install chromium';

/**
 * Describes what needs Chromium. Where it is not installed that is skipped, by a name that says how to install it; where `CI`
 * is set it fails, as a test that never runs there would prove nothing.
 */
export function describeWithChromium(title: string, tests: () => void): void {
  if (PROGRAM !== undefined || process.env.CI) describe(title, tests);
  else describe.skip(`${title} needs what is not installed here: ${INSTALL}`, tests);
}

export interface OpenedPage {
  readonly page: Page;
  /** The address of everything that it asked for. */
  readonly requests: readonly string[];
  /** What did not go well: errors, refusals of the policy, files that are not there. */
  readonly mishaps: () => Promise<readonly string[]>;
}

const opened: Browser[] = [];
afterEach(async () => {
  for (const browser of opened.splice(0)) await browser.close();
});

/** What is at `url`, loaded in a Chromium of its own, until the test ends. */
export async function openPage(url: string): Promise<OpenedPage> {
  if (PROGRAM === undefined) throw new Error(`There is no Chromium here: ${INSTALL}`);
  const browser = await chromium.launch({
    executablePath: PROGRAM,
    timeout: PATIENCE_MS,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  opened.push(browser);
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const requests: string[] = [];
  const mishaps: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('requestfailed', (request) => mishaps.push(`${request.url()} failed`));
  page.on('pageerror', (error) => mishaps.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') mishaps.push(message.text());
  });
  await page.addInitScript(`
    globalThis.violations = [];
    addEventListener('securitypolicyviolation', (event) => {
      violations.push(event.violatedDirective + ' ' + event.blockedURI);
    });
  `);
  await page.goto(url);
  const violations = (): Promise<string[]> => page.evaluate('violations');
  return { page, requests, mishaps: async () => [...mishaps, ...(await violations())] };
}

/** Longer than any machine takes, and shorter than a test may last. */
const PATIENCE_MS = 90_000;

function isThere(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

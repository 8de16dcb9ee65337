import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { describe } from '@jest/globals';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { closeLater } from './task-server.js';

const PROGRAM = (process.env.PATH ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'chromium'))
  .find(isThere);

/**
 * Describes what needs Chromium. Where it is not installed that is skipped, by a name that says how to install it; where `CI`
 * is set it fails, as a test that never runs there would prove nothing.
 */
export function describeWithChromium(title: string, tests: () => void): void {
  if (PROGRAM !== undefined || process.env.CI) describe(title, tests);
  else describe.skip(`${title} needs what is not installed here: ${INSTALL}`, tests);
}

const INSTALL = 'apt-get install chromium';

/** Where it is. @throws Error if it is not installed */
export function chromiumProgram(): string {
  if (PROGRAM === undefined) throw new Error(`There is no Chromium here: ${INSTALL}`);
  return PROGRAM;
}

/** A page in a Chromium of its own, at `url`. What goes wrong in it fails the test that asks {@link ChromiumPage.mishaps}. */
export class ChromiumPage {
  readonly page: Page;
  /** Errors that nobody caught in the page. */
  readonly mishaps: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.mishaps.push(error.message));
  }

  static async open(url: string): Promise<ChromiumPage> {
    const [opened] = await ChromiumPage.openTabs(url, 1);
    return opened as ChromiumPage;
  }

  /** So many of them in one browser, which share its connections. Each is opened when the one before is `ready`. */
  static async openTabs(
    url: string,
    tabs: number,
    ready: (tab: ChromiumPage) => Promise<void> = () => Promise.resolve(),
  ): Promise<readonly ChromiumPage[]> {
    const browser: Browser = await chromium.launch({
      executablePath: chromiumProgram(),
      timeout: PATIENCE_MS,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    closeLater(() => browser.close());
    const context = await browser.newContext();
    const opened: ChromiumPage[] = [];
    while (opened.length < tabs) {
      const tab = new ChromiumPage(await context.newPage());
      tab.page.setDefaultTimeout(PATIENCE_MS);
      await tab.page.goto(url);
      await ready(tab);
      opened.push(tab);
    }
    return opened;
  }

  /** Resolves when the element `id` has said all of `lines`, in this order. Its text is a line for each thing it was told. */
  async says(id: string, ...lines: readonly string[]): Promise<void> {
    await this.page.waitForFunction(
      `(${JSON.stringify(lines)}).every(((text) => {
        let from = 0;
        return (line) => {
          const at = text.indexOf(line, from);
          from = at + 1;
          return at !== -1;
        };
      })(document.getElementById(${JSON.stringify(id)}).innerText.split('\\n')))`,
    );
  }

  /** The lines of the element `id`. */
  async lines(id: string): Promise<string[]> {
    const text = await this.page.locator(`#${id}`).innerText();
    return text.split('\n').filter((line) => line !== '');
  }
}

/** Longer than any machine takes, and shorter than a test may last. */
const PATIENCE_MS = 90_000;

export interface Bundle {
  readonly code: string;
  /** Files that are in it, relative to this package. */
  readonly files: readonly string[];
}

/** `test/pages/<name>.ts` and all that it needs, as one script for a browser. */
export async function bundlePage(name: string): Promise<Bundle> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const result = await build({
    absWorkingDir: root,
    entryPoints: [path.join('test', 'pages', `${name}.ts`)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"development"' },
    tsconfigRaw: '{}',
  });
  return { code: result.outputFiles[0]?.text ?? '', files: Object.keys(result.metafile.inputs) };
}

function isThere(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

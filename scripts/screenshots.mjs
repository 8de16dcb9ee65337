// Takes pictures of every view of the page, over the demo with made-up work: npm run screenshots [-- <folder>]
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { bootstrap, root } from './bootstrap.mjs';
import { bundle } from './bundle.mjs';

await bootstrap('full');
const { chromium } = createRequire(path.join(root, 'packages/dashboard/package.json'))(
  'playwright-core',
);
const folder = path.resolve(process.argv[2] ?? path.join(root, 'screenshots'));
mkdirSync(folder, { recursive: true });

/** So long the demo has to have gone on, in finished tasks, for charts and failures to say something. */
const ENOUGH = { completed: 60, failed: 5 };

const SIZES = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  narrow: { colorScheme: 'light', viewport: { width: 360, height: 780 }, deviceScaleFactor: 2 },
};

const demo = spawn(process.execPath, [bundle('examples/rag-backend').get('main')], {
  env: { ...process.env, PORT: '0', DEMO_LOAD: '1', TASK_STORE: 'memory' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await pageUrl(demo);
  const api = url.replace(/\/ui$/, '');
  console.log(`The demo goes on at ${url} until it has something to show …`);
  for (;;) {
    const { completed_tasks: completed, failed_tasks: failed } = await read(`${api}/count`);
    if (completed >= ENOUGH.completed && failed >= ENOUGH.failed) break;
    await pause(1_000);
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  for (const [size, options] of Object.entries(SIZES)) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    for (const [name, hash] of Object.entries(await views(api))) {
      await page.goto(`${url}${hash}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
      // What moves has moved a little, so that rates are known.
      await pause(3_000);
      const file = path.join(folder, `${name}-${size}.png`);
      await page.screenshot({ path: file });
      console.log(file);
    }
    await context.close();
  }
  await browser.close();
} finally {
  demo.kill('SIGTERM');
}

/** Where each view is, of what there is to see right now. */
async function views(api) {
  const idOf = async (query) => (await read(`${api}/all?limit=1&${query}`)).tasks[0]?.task_id;
  return {
    overview: '#/',
    tasks: '#/tasks',
    search: '#/tasks?q=type%3Aembed.batch+status%3Afailed%2Ccancelled',
    'task-running': `#/tasks/${await idOf('q=type:ingest.video%20status:running%20duration:>4s')}`,
    'task-failed': `#/tasks/${await idOf('q=type:ingest.video%20status:failed')}`,
    'task-cancelled': `#/tasks/${await idOf('status=cancelled')}`,
  };
}

async function read(url) {
  return (await fetch(url)).json();
}

/** The first address that the demo names. */
async function pageUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/localhost:\S+/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return url;
  }
  throw new Error('The demo ended before it told its address.');
}

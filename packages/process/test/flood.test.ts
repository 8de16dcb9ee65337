import { spawn } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TaskMonitor } from '@task-monitor/core';
import { attach } from '../src/attach.js';
import { runCommand } from '../src/run-command.js';
import { outputOf } from './fixture.js';

const MB = 1024 * 1024;

/** How much is written, in lines and in one line. More of it: `FLOOD_BYTES=1e10 LINE_BYTES=1e9 npm test -- flood`. */
const FLOOD_BYTES = Number(process.env.FLOOD_BYTES ?? 5e7);
const LINE_BYTES = Number(process.env.LINE_BYTES ?? 5e7);
/** What takes seconds may take minutes on a machine that is busy with others. */
const TIMEOUT_MS = 300_000 + (FLOOD_BYTES + LINE_BYTES) / 5_000;

const LINE = 'a line as a worker writes them: embedding segment 12 of 80, with some more words';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are held here, without what only waits for the garbage collection. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The most memory that was held here while `work` went on, beyond what was before. */
async function memoryGrowth(work: () => Promise<unknown>): Promise<number> {
  const before = heldBytes();
  let most = before;
  let timer: NodeJS.Timeout;
  const look = () => {
    const startedAt = performance.now();
    most = Math.max(most, heldBytes());
    // The work is to have most of the time.
    timer = setTimeout(look, Math.max(100, 4 * (performance.now() - startedAt)));
  };
  look();
  const start = performance.now();
  await work().finally(() => clearTimeout(timer));
  most = Math.max(most, heldBytes());
  if (process.env.FLOOD_BYTES !== undefined)
    process.stderr.write(
      `${((most - before) / MB).toFixed(1)} MB more memory, ${Math.round(performance.now() - start)} ms\n`,
    );
  return most - before;
}

describe('a command that writes without end', () => {
  let monitor: TaskMonitor;
  beforeAll(async () => {
    // What is compiled and allocated once is not the flood's.
    monitor = new TaskMonitor();
    await finish('yes warm up | head -c 5000000');
    await monitor.close();
  }, TIMEOUT_MS);
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(() => monitor.close());

  const finish = async (script: string) => {
    const run = await runCommand(monitor, ['sh', '-c', script]);
    await run.finished;
    return run;
  };

  it(
    'costs the same memory however many lines it writes',
    async () => {
      const growth = await memoryGrowth(async () => {
        const run = await finish(`yes '${LINE}' | head -c ${FLOOD_BYTES}; echo; echo last`);
        const lines = await outputOf(monitor, run);
        expect(lines).toHaveLength(200);
        expect([lines[0], lines.at(-1)]).toEqual([LINE, 'last']);
      });
      expect(growth).toBeLessThan(32 * MB);
    },
    TIMEOUT_MS,
  );

  it(
    'costs the same memory when both pipes are full and lines are short',
    async () => {
      const growth = await memoryGrowth(() =>
        finish(`yes | head -c 2000000 >&2 & yes | head -c 2000000; wait`),
      );
      expect(growth).toBeLessThan(32 * MB);
    },
    TIMEOUT_MS,
  );

  it(
    'costs the same memory however long its line is, of which 16 KB are kept',
    async () => {
      const growth = await memoryGrowth(async () => {
        const run = await finish(`head -c ${LINE_BYTES} /dev/zero | tr '\\0' x`);
        const [line = ''] = await outputOf(monitor, run);
        expect(Buffer.byteLength(line)).toBe(16_384);
        expect(line).toMatch(/^x+… \[line cut at 16 KB\]$/);
      });
      expect(growth).toBeLessThan(32 * MB);
    },
    TIMEOUT_MS,
  );

  it(
    'costs the same memory where the host reads it too',
    async () => {
      const growth = await memoryGrowth(async () => {
        const child = spawn('sh', ['-c', `yes '${LINE}' | head -c 50000000; echo; echo last`]);
        let bytes = 0;
        child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
        const run = await attach(monitor, child);
        await run.finished;
        expect(bytes).toBe(50_000_006);
        expect((await outputOf(monitor, run)).at(-1)).toBe('last');
      });
      expect(growth).toBeLessThan(32 * MB);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves the event loop to others',
    async () => {
      let longest = 0;
      // Time of the processor, since the machine that tests may be busy with others.
      const before = process.cpuUsage();
      let last = 0;
      const look = () => {
        const { user, system } = process.cpuUsage(before);
        longest = Math.max(longest, user + system - last);
        last = user + system;
      };
      const timer = setInterval(look, 1);
      await finish('yes a short line | head -c 10000000');
      clearInterval(timer);
      look();
      // However fast the machine is: a small part of all that there is to do.
      expect(longest).toBeLessThan(last / 3);
    },
    TIMEOUT_MS,
  );
});

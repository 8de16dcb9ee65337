import { TaskMonitor } from '@task-monitor/core';
import { type DisplayTarget, ProgressDisplay } from './progress-display.js';

async function shown(target: Omit<DisplayTarget, 'write'>): Promise<readonly string[]> {
  const written: string[] = [];
  const display = new ProgressDisplay({ ...target, write: (text) => written.push(text) });
  const monitor = new TaskMonitor();
  const { id } = await monitor.register({ type: 'ingest', metadata: { videos: ['bell-rock'] } });
  const watching = (async () => {
    for await (const event of monitor.watch({ taskId: id })) display.show(event);
  })();
  await monitor.start(id);
  await monitor.progress(id, { current: 3, total: 12, unit: 'segments' });
  await monitor.log(id, 'a line of output');
  await monitor.progress(id, { current: 3, total: 12, unit: 'segments' });
  await monitor.complete(id);
  await watching;
  await monitor.close();
  return written;
}

describe('ProgressDisplay', () => {
  it('writes one plain line per change where there is no terminal', async () => {
    const text = (await shown({})).join('');
    expect(text).toMatch(/^running {3}ingest bell-rock: 3\/12 segments \(25%\)$/m);
    expect(text).toMatch(/^completed ingest bell-rock: 3\/12 segments \(25%\)$/m);
    expect(text.match(/^running .*segments/gm)).toHaveLength(1);
    expect(text).not.toContain('\u001b');
  });

  it('redraws bars in place in a terminal, no wider than it is', async () => {
    const written = await shown({ isTTY: true, columns: 60 });
    for (const text of written) {
      // eslint-disable-next-line no-control-regex -- the escape sequences of a terminal
      for (const line of text.replace(/\u001b\[\d*[A-Z]/g, '').split('\n'))
        expect(line.length).toBeLessThan(60);
    }
    expect(written.at(-1)).toContain('\u001b[1A');
    expect(written.at(-1)).toContain(`✓ ${'█'.repeat(24)} ingest bell-rock`);
  });

  it('cuts nothing in a terminal that knows no size of its own', async () => {
    const written = await shown({ isTTY: true, columns: 0, rows: 0 });
    expect(written.at(-1)).toContain('ingest bell-rock: 3/12 segments (25%)\n');
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskMonitor } from '@task-monitor/core';
import { taskRouter } from '@task-monitor/express';
import { runCommand } from '@task-monitor/process';
import { SqliteStore } from '@task-monitor/store-sqlite';
import express from 'express';

/** Ignores SIGTERM, as does the process that it starts; says who both are. */
const STUBBORN = `
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child == 0:
    time.sleep(1000)
print(f'pids {os.getpid()} {child}', flush=True)
time.sleep(1000)
`;

interface FullTask {
  readonly status: string;
  readonly cancel: {
    readonly requested_at: string;
    readonly requested_by: string | null;
    readonly acknowledged_at: string | null;
    readonly forced: boolean;
  } | null;
  readonly process: { readonly signal: string | null } | null;
}

describe('POST /tasks/{task_id}/cancel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cancel-elsewhere-'));
  const servers: Server[] = [];
  const monitors: TaskMonitor[] = [];

  /** A process of the back end, as far as the store can tell. */
  async function anInstance() {
    const store = await SqliteStore.open({ path: join(folder, 'tasks.db') });
    const monitor = new TaskMonitor({ store });
    monitors.push(monitor);
    const server = createServer(express().use('/tasks', taskRouter(monitor)));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = async (method: string, path: string): Promise<[number, FullTask]> => {
      const reply = await fetch(`http://127.0.0.1:${port}/tasks${path}`, { method });
      return [reply.status, (await reply.json()) as FullTask];
    };
    return { monitor, ask };
  }

  afterAll(async () => {
    for (const server of servers) server.close();
    for (const monitor of monitors) await monitor.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stops a program that ignores it, with what that has started, from another instance, and shows each step', async () => {
    const [runs, other] = [await anInstance(), await anInstance()];
    const run = await runCommand(runs.monitor, ['python3', '-c', STUBBORN]);
    run.finished.catch(() => {});
    const { id } = run.task;
    let pids: number[] = [];
    for await (const { type } of runs.monitor.watch({ taskId: id })) {
      if (type === 'task.progress') continue;
      const { lines } = await runs.monitor.output(id);
      pids = lines.flatMap(({ text }) => text.split(' ').slice(1).map(Number));
      if (pids.length > 0) break;
    }
    expect(pids.map(isRunning)).toEqual([true, true]);

    const since = performance.now();
    const [status, asked] = await other.ask('POST', `/${id}/cancel?view=full`);
    expect(status).toBe(202);
    expect(asked).toMatchObject({
      status: 'running',
      cancel: { requested_at: expect.any(String), acknowledged_at: null, forced: false },
    });

    await run.recorded;
    // Two seconds of a doorbell and five of patience with SIGTERM, times the slowness of a busy machine.
    expect(performance.now() - since).toBeLessThan(28_000);
    expect(pids.map(isRunning)).toEqual([false, false]);
    const [, ended] = await other.ask('GET', `/${id}?view=full`);
    expect(ended).toMatchObject({
      status: 'cancelled',
      cancel: {
        requested_at: asked.cancel?.requested_at,
        acknowledged_at: expect.any(String),
        forced: false,
      },
      process: { signal: 'SIGKILL' },
    });
    const [again] = await other.ask('POST', `/${id}/cancel`);
    expect(again).toBe(200);
  });
});

function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '');
  } catch {
    return false;
  }
}

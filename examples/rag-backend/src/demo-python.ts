import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TaskMonitor } from '@task-monitor/core';
import { attach } from '@task-monitor/process';
import type { Chance } from './chance.js';

const SCRIPT = fileURLToPath(new URL('../scripts/demo_scan.py', import.meta.url));

/** The Python of this machine; `null`: it has none. */
export function findPython(): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('python3', ['--version'], (error) => resolve(error === null ? 'python3' : null));
  });
}

/** A real program, whose progress is read from what it prints; one in five fails. */
export async function beginScan(
  monitor: TaskMonitor,
  python: string,
  chance: Chance,
  speed: number,
): Promise<void> {
  const pages = chance.whole(20, 60);
  const seconds = chance.whole(12, 30) / speed;
  const torn = chance.isOneIn(5) ? ['--torn', `${chance.whole(5, pages)}`] : [];
  // Not by `runCommand`: it would be in line behind the real work of this back end.
  const child = spawn(python, [SCRIPT, '--pages', `${pages}`, '--seconds', `${seconds}`, ...torn], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await attach(monitor, child, {
    type: 'scan.python',
    name: `Log book ${chance.whole(1, 80)}`,
    tags: ['python'],
    metadata: { pages },
  });
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { UsageSampler } from './usage-sampler.js';

const MB = 1024 * 1024;

describe('UsageSampler', () => {
  let folder: string;
  let sampler: UsageSampler;
  let processorMs: number;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-'));
    processorMs = 0;
    sampler = new UsageSampler(folder, () => processorMs);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  interface Planted {
    readonly parent?: number;
    /** Ticks: in user mode, in kernel mode, and the same of collected children. */
    readonly cpu?: readonly [number, number, number, number];
    readonly residentMb?: number;
    readonly highestMb?: number;
  }
  const plant = (pid: number, { parent = 1, cpu = [0, 0, 0, 0], ...memory }: Planted = {}) => {
    mkdirSync(path.join(folder, `${pid}`), { recursive: true });
    const stat = `${pid} (a) b) S ${parent} ${pid} ${pid} 0 -1 4194304 9 9 9 9 ${cpu.join(' ')} 20 0 1 0 777 0 0\n`;
    writeFileSync(path.join(folder, `${pid}`, 'stat'), stat);
    const { residentMb = 0, highestMb = residentMb } = memory;
    const status = `Name:\ta) b\nVmHWM:\t${highestMb * 1024} kB\nVmRSS:\t${residentMb * 1024} kB\n`;
    writeFileSync(path.join(folder, `${pid}`, 'status'), status);
  };
  const pass = async (ms: number) => {
    await jest.advanceTimersByTimeAsync(ms);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  };

  it('adds up what the whole tree used, and takes it back never', async () => {
    plant(10, { cpu: [10, 5, 20, 5], residentMb: 30 });
    plant(11, { parent: 10, cpu: [100, 0, 0, 0], residentMb: 50, highestMb: 60 });
    plant(12, { parent: 11, cpu: [3, 0, 0, 0], residentMb: 20 });
    plant(99, { cpu: [1_000, 0, 0, 0], residentMb: 500 });
    const child = sampler.add(10, () => {});
    expect(child.usage).toEqual({ cpuMs: null, peakMemoryBytes: null });
    await pass(200);
    expect(child.usage).toEqual({ cpuMs: 1_430, peakMemoryBytes: 100 * MB });
    rmSync(path.join(folder, '11'), { recursive: true });
    plant(10, { cpu: [12, 5, 20, 5], residentMb: 40, highestMb: 130 });
    await pass(2_000);
    expect(child.usage).toEqual({ cpuMs: 1_430, peakMemoryBytes: 130 * MB });
    sampler.remove(child);
  });

  it('looks once for all children: soon, then ever less often, in the end every two seconds', async () => {
    plant(10);
    plant(20);
    const looks: number[] = [];
    const start = performance.now();
    const first = sampler.add(10, () => looks.push(Math.round(performance.now() - start)));
    let seen = 0;
    const second = sampler.add(20, () => seen++);
    await pass(10_000);
    expect(looks.slice(0, 5)).toEqual([200, 400, 800, 1_600, 3_200]);
    expect(looks.slice(5)).toEqual([5_200, 7_200, 9_200]);
    expect(seen).toBe(8);
    // A child that is new does not wait for the next look at the others.
    plant(30);
    let isSeen = false;
    const third = sampler.add(30, () => (isSeen = true));
    await pass(200);
    expect(isSeen).toBe(true);
    for (const child of [first, second, third]) sampler.remove(child);
  });

  it('has no timer while there is no child', async () => {
    plant(10);
    const child = sampler.add(10, () => {});
    expect(jest.getTimerCount()).toBe(1);
    await pass(5_000);
    sampler.remove(child);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('forgets a child that is removed while it looks', async () => {
    plant(10);
    for (let pid = 1_000; pid < 1_500; pid++) plant(pid);
    let seen = 0;
    const child = sampler.add(10, () => seen++);
    jest.advanceTimersByTime(200);
    sampler.remove(child);
    await pass(5_000);
    expect(seen).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives up where the system shows no processes', async () => {
    const child = sampler.add(10, () => {});
    await pass(200);
    expect(child.usage).toEqual({ cpuMs: null, peakMemoryBytes: null });
    expect(jest.getTimerCount()).toBe(0);
    sampler.remove(child);
  });

  /** Adds three children, one after the other, each of which runs for a second. */
  const usageOfThree = async () => {
    const usages = [];
    for (let count = 0; count < 3; count++) {
      const child = sampler.add(10, () => {});
      await pass(1_000);
      usages.push(child.usage.cpuMs);
      sampler.remove(child);
    }
    return usages;
  };

  it('rests after a slow look, but no longer than that look is worth', async () => {
    plant(10, { cpu: [7, 0, 0, 0] });
    let looks = 0;
    const slow = sampler.add(10, () => {
      looks++;
      processorMs += 100;
    });
    await pass(200);
    expect(looks).toBe(1);
    await pass(4_999);
    expect(looks).toBe(1);
    await pass(1);
    expect(looks).toBe(2);
    sampler.remove(slow);
    await pass(5_000);
    expect(await usageOfThree()).toEqual([70, 70, 70]);
  });

  it('does not take the time of others for its own where the event loop is busy', async () => {
    for (let pid = 1; pid <= 400; pid++) plant(pid, { cpu: [7, 0, 0, 0] });
    const first = sampler.add(10, () => {});
    jest.advanceTimersByTime(200);
    while (first.usage.cpuMs === null) {
      await new Promise(setImmediate);
      // Each of the turns is theirs for that long.
      processorMs += 500;
    }
    sampler.remove(first);
    expect(await usageOfThree()).toEqual([70, 70, 70]);
  });

  it('lets others have their turns while it looks at many processes', async () => {
    for (let pid = 1; pid <= 1_000; pid++) plant(pid);
    const child = sampler.add(10, () => {});
    jest.advanceTimersByTime(200);
    let turns = 0;
    while (child.usage.cpuMs === null) {
      await new Promise(setImmediate);
      turns++;
    }
    expect(turns).toBeGreaterThanOrEqual(9);
    sampler.remove(child);
  });
});

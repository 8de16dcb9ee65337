import { readFileSync } from 'node:fs';
import { setImmediate as oneTurn } from 'node:timers/promises';
import { allProcesses, AT_ONCE, type ProcessEntry } from './process-table.js';
import { ProcessTrees } from './process-trees.js';

/** What a child and its descendants used so far, as far as it was seen; `null` if it never was. */
export interface Usage {
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
}

export interface SampledChild {
  readonly usage: Usage;
}

/** When a child is looked at for the first time: most short ones are over by then, and cost nothing. */
const FIRST_MS = 200;
const INTERVAL_MS = 2_000;
/** Looking takes no more than 2 % of a processor, however many processes the machine has. */
const REST_PER_WORK = 50;

/**
 * Measures what children and their descendants use. One look at the processes of the machine serves all children; the
 * first comes soon, the next after as long as the youngest child has run, and in the end every two seconds. So what a child
 * used between the last look and its end is not seen, nor what a descendant used that ended without being waited for.
 *
 * No timer keeps this process alive, and there is none while no child runs. Without `/proc` nothing is measured.
 */
export class UsageSampler {
  readonly #folder: string;
  readonly #processorMs: () => number;
  readonly #children = new Set<Sampled>();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;
  #isLooking = false;
  /** When it has rested enough since the last look. */
  #restedAt = 0;
  #isBlind = false;

  /** `processorMs` tells the processor time that this process has used: on a busy machine much more time passes. */
  constructor(folder = '/proc', processorMs = ownProcessorMs) {
    this.#folder = folder;
    this.#processorMs = processorMs;
  }

  /** `onSample` is called after each look, until the child is removed. */
  add(pid: number, onSample: () => void): SampledChild {
    const child = new Sampled(pid, onSample);
    this.#children.add(child);
    this.#schedule();
    return child;
  }

  remove(child: SampledChild): void {
    this.#children.delete(child as Sampled);
    if (this.#children.size === 0) this.#cancelTimer();
  }

  #schedule(): void {
    if (this.#isBlind || this.#isLooking || this.#children.size === 0) return;
    const now = performance.now();
    let delayMs = INTERVAL_MS;
    for (const { since } of this.#children)
      delayMs = Math.min(delayMs, Math.max(now - since, FIRST_MS));
    delayMs = Math.max(delayMs, this.#restedAt - now);
    if (now + delayMs >= this.#dueAt) return;
    this.#cancelTimer();
    this.#dueAt = now + delayMs;
    this.#timer = setTimeout(() => void this.#look(), delayMs).unref();
  }

  #cancelTimer(): void {
    clearTimeout(this.#timer);
    this.#dueAt = Infinity;
  }

  async #look(): Promise<void> {
    this.#dueAt = Infinity;
    this.#isLooking = true;
    let workMs = 0;
    let workingSince = this.#processorMs();
    // What others do in their turns, however long, is no work of ours.
    const giveTurn = async (): Promise<void> => {
      workMs += this.#processorMs() - workingSince;
      await oneTurn();
      workingSince = this.#processorMs();
    };
    const trees = new ProcessTrees();
    for await (const entry of allProcesses(this.#folder, giveTurn)) trees.add(entry);
    this.#isBlind = trees.size === 0;
    let seen = 0;
    for (const child of this.#children) {
      const members = trees.of(child.pid);
      seen += members.length;
      if (seen > AT_ONCE) {
        seen = members.length;
        await giveTurn();
      }
      // It may have been removed in the meantime.
      if (members.length === 0 || !this.#children.has(child)) continue;
      child.see(members, this.#folder);
      child.onSample();
    }
    workMs += this.#processorMs() - workingSince;
    this.#restedAt = performance.now() + workMs * REST_PER_WORK;
    this.#isLooking = false;
    this.#schedule();
  }
}

class Sampled implements SampledChild {
  readonly pid: number;
  readonly onSample: () => void;
  readonly since = performance.now();
  usage: Usage = { cpuMs: null, peakMemoryBytes: null };

  constructor(pid: number, onSample: () => void) {
    this.pid = pid;
    this.onSample = onSample;
  }

  see(members: readonly ProcessEntry[], folder: string): void {
    let totalMs = 0;
    let residentBytes = 0;
    let highestBytes = 0;
    for (const member of members) {
      totalMs += member.cpuMs;
      const memory = readMemory(`${folder}/${member.pid}/status`);
      residentBytes += memory.residentBytes;
      highestBytes = Math.max(highestBytes, memory.highestBytes);
    }
    const { cpuMs, peakMemoryBytes } = this.usage;
    // A descendant that ended takes its time with it unless its parent waited for it: what was used is never less.
    this.usage = {
      cpuMs: Math.max(cpuMs ?? 0, totalMs),
      peakMemoryBytes: Math.max(peakMemoryBytes ?? 0, residentBytes, highestBytes),
    };
  }
}

function ownProcessorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The memory of one process now, and the most it ever had: proc_pid_status(5). Zero if it has ended. */
function readMemory(statusFile: string): { residentBytes: number; highestBytes: number } {
  let status: string;
  try {
    status = readFileSync(statusFile, 'latin1');
  } catch {
    status = '';
  }
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { residentBytes: bytes('VmRSS'), highestBytes: bytes('VmHWM') };
}

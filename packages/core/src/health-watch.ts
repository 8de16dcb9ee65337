import type { Clock } from './clock.js';
import { type Health, judgeHealth, QUIET_MS, type Signs } from './health.js';
import { type LifeLook, ownerLife, OwnerLives } from './owner-lives.js';
import type { PastDurations } from './past-durations.js';
import type { Sighting, Sightings } from './sightings.js';
import type { TaskStore } from './store.js';
import type { Task } from './task.js';
import { Wakefulness } from './wakefulness.js';

/** Fewer changes show no rhythm. */
const LEAST_CHANGES = 3;

/** Of a task that was not watched, a twentieth of its time so far may well pass without a sign, but no more than 2 min. */
const UNSEEN_SHARE = 1 / 20;
const UNSEEN_MS = 120_000;

/** Outputs that are read in one call, each once: up to 64 KB. */
const MOST_OUTPUTS = 20;

/** A store that takes longer tells of a moment that is past. */
const LATE_READ_MS = 2_500;

export interface HealthWatchOptions {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly sightings: Sightings;
  readonly durations: PastDurations;
  /** Whether this process is late with renewing its own lease. */
  readonly isLate: () => boolean;
}

/** Gathers the signs of life of running tasks, and judges by them. */
export class HealthWatch {
  readonly #options: HealthWatchOptions;
  readonly #owners: OwnerLives;
  readonly #wakefulness: Wakefulness;

  constructor(options: HealthWatchOptions) {
    this.#options = options;
    this.#owners = new OwnerLives(options.store, options.clock);
    this.#wakefulness = new Wakefulness(options.clock, options.isLate);
  }

  stop(): void {
    this.#wakefulness.stop();
  }

  /** One read of the leases, in 2 s at most one, and little more: nothing for each task that moves. */
  async all(tasks: readonly Task[]): Promise<readonly (Health | null)[]> {
    this.#wakefulness.begin();
    const { clock, sightings, durations } = this.#options;
    const seen = tasks.map((task) => sightings.see(task));
    const running = seen.filter((sighting) => sighting !== null);
    if (running.length === 0) return seen.map(() => null);
    const look = await this.#owners.look();
    if (look.tookMs > LATE_READ_MS) this.#wakefulness.wasAway();
    await this.#lookAtOutputs(running, look);
    const past = await durations.of(
      running.filter((sighting) => usualGapMs(sighting) === null).map(({ task }) => task.type),
    );
    const moment = { now: clock.now(), monotonic: clock.monotonic(), awakeMs: this.#awakeMs() };
    return seen.map((sighting) => {
      if (sighting === null) return null;
      const signs = signsOf(sighting, look, moment);
      return judgeHealth({ ...signs, durations: past.get(sighting.task.type) ?? [] });
    });
  }

  #awakeMs(): number {
    return this.#wakefulness.awakeMs;
  }

  /** A bar that stands still beside lines that come is no silence. Whoever has watched the task knows without reading. */
  async #lookAtOutputs(running: readonly Sighting[], look: LifeLook): Promise<void> {
    const { clock, store } = this.#options;
    const moment = { now: clock.now(), monotonic: clock.monotonic(), awakeMs: this.#awakeMs() };
    const suspects = running.filter(
      (sighting) =>
        sighting.outputAt === undefined &&
        sighting.task.version > 2 &&
        signsOf(sighting, look, moment).silentMs > QUIET_MS,
    );
    await Promise.all(
      suspects.slice(0, MOST_OUTPUTS).map(async (sighting) => {
        const output = await store.output(sighting.task.id, 0).catch(() => null);
        if (output !== null) sighting.outputAt = output.lines.at(-1)?.at ?? null;
      }),
    );
  }
}

interface Moment {
  readonly now: number;
  readonly monotonic: number;
  readonly awakeMs: number;
}

function signsOf(sighting: Sighting, look: LifeLook, moment: Moment): Omit<Signs, 'durations'> {
  const { task, movedAt: seenAt } = sighting;
  const { now, monotonic, awakeMs } = moment;
  const toldMs = now - toldAt(sighting);
  // Two clocks: the teller's, which may be wrong, and our own, for what we saw ourselves.
  const agoMs = Math.max(0, seenAt === null ? toldMs : Math.min(toldMs, monotonic - seenAt));
  return {
    task,
    now,
    movedAt: now - agoMs,
    silentMs: Math.min(agoMs, awakeMs),
    awakeMs,
    usualGapMs: usualGapMs(sighting),
    owner: ownerLife(look, task, monotonic),
  };
}

/** When it last gave a sign, as whoever gave it says. */
function toldAt({ task, outputAt }: Sighting): number {
  return Math.max(task.startedAt ?? 0, task.progress?.updatedAt ?? 0, outputAt ?? 0);
}

function usualGapMs(sighting: Sighting): number | null {
  const { task, moves, longestGapMs } = sighting;
  // Its first two versions were its registration and its start.
  const changes = task.version - 2;
  if (changes < LEAST_CHANGES) return null;
  const movedMs = Math.max(0, toldAt(sighting) - (task.startedAt ?? 0));
  const meanMs = movedMs / changes;
  if (moves >= LEAST_CHANGES) return Math.max(longestGapMs, meanMs);
  const unseenMs = Math.min(UNSEEN_MS, movedMs * UNSEEN_SHARE);
  return Math.max(longestGapMs, 2 * meanMs, unseenMs);
}

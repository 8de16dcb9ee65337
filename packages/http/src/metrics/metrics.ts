import { isTaskMonitorError, type Position, type TaskMonitor } from '@task-monitor/core';
import type * as Prometheus from 'prom-client';
import { currentState } from './current-state.js';
import { RepeatedTrouble } from '../repeated-trouble.js';
import { stateText } from './state-text.js';
import { TaskCounters } from './task-counters.js';

export interface MetricsOptions {
  readonly monitor: TaskMonitor;
  /** How many streams are open. */
  readonly streams: () => number;
  readonly onError: (error: unknown, where: string) => void;
}

/** What Prometheus is told. `prom-client` is loaded only for who wants that. */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #ready: Promise<Ready>;
  #scraping: Promise<string> | null = null;

  constructor(options: MetricsOptions) {
    this.#options = options;
    // From this moment on, whatever has to be loaded first.
    const begin = options.monitor.changes(null, { limit: 0, waitMs: 0 });
    begin.catch(() => {});
    this.#ready = begun();
    this.#ready.then(
      ({ counters }) => this.#follow(counters, begin),
      // Told to whoever asks for metrics.
      () => {},
    );
  }

  /** Who asks while somebody else is being answered is answered the same. */
  text(): Promise<string> {
    this.#scraping ??= this.#text().finally(() => (this.#scraping = null));
    return this.#scraping;
  }

  async #text(): Promise<string> {
    const { monitor, streams } = this.#options;
    const { prometheus, counters } = await this.#ready;
    const [state, counted] = await Promise.all([
      currentState(monitor, streams()).then((now) => stateText(prometheus, now)),
      counters.registry.metrics(),
    ]);
    return `${counted}\n${state}`;
  }

  /** Until the monitor is closed. Waiting keeps no process alive. */
  async #follow(counters: TaskCounters, begin: Promise<{ position: Position }>): Promise<void> {
    const { monitor, onError } = this.#options;
    const trouble = new RepeatedTrouble();
    let position: Position | null = await begin.then(
      (page) => page.position,
      // The store is away: it is begun when it is back.
      () => null,
    );
    for (;;) {
      try {
        const page = await monitor.changes(position, { limit: BATCH, waitMs: Infinity });
        for (const change of page.changes) counters.count(change);
        position = page.position;
        trouble.end();
      } catch (error) {
        if (isTaskMonitorError(error) && error.code === 'MONITOR_CLOSED') return;
        if (trouble.isNews(error)) onError(error, 'counting for the metrics');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }
}

interface Ready {
  readonly prometheus: typeof Prometheus;
  readonly counters: TaskCounters;
}

async function begun(): Promise<Ready> {
  const prometheus = await import('prom-client');
  return { prometheus, counters: new TaskCounters(prometheus) };
}

const BATCH = 1_000;
const RETRY_MS = 1_000;

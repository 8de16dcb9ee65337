import type * as Prometheus from 'prom-client';
import { VERSION } from '../version.js';
import type { CurrentState } from './current-state.js';

/** The metrics of one moment. What is not known has no value at all, rather than an old one or 0. */
export function stateText(
  prometheus: typeof Prometheus,
  { vitals, tasks, streams }: CurrentState,
): Promise<string> {
  const registry = new prometheus.Registry();
  const written = new StateWriter(prometheus, registry);
  const { store, counts, audit, feedLagMs, resets, evictions } = vitals;
  written.gauges('tasks', 'Kept tasks by status.', 'status', counts);
  written.gauges(
    'running_tasks',
    'Running tasks by health; of more than 1,000 those that were made first.',
    'health',
    tasks?.health ?? null,
  );
  written.gauge(
    'oldest_pending_seconds',
    'How long the oldest pending task has waited; 0: none waits.',
    tasks?.oldestPendingSeconds ?? null,
  );
  written.gauge(
    'longest_running_seconds',
    'How long a running task has run at most; 0: none runs.',
    tasks?.longestRunningSeconds ?? null,
  );
  written.gauge('store_up', 'Whether the store answers.', Number(store.reachable));
  written.gauge('store_latency_seconds', 'How long it took.', inSeconds(store.latencyMs));
  written.gauge(
    'feed_lag_seconds',
    'Since when this process is behind the changes; without a value nothing follows them.',
    inSeconds(feedLagMs),
  );
  written.gauge(
    'audit_ok',
    'Whether the counters are what the last recount gave; without a value before the first.',
    audit.result === null ? null : Number(audit.result === 'ok'),
  );
  written.gauge('audit_age_seconds', 'How long ago that was.', inSeconds(audit.ageMs));
  written.gauge('streams_open', 'Streams that are open in this process.', streams);
  written.counter(
    'events_dropped_total',
    'Times that a reader in this process missed changes and read the state anew.',
    resets,
  );
  written.counters('evictions_total', 'Tasks that retention removed here.', 'cause', evictions);
  written.gauges('build_info', 'Always 1.', 'version', { [VERSION]: 1 });
  return registry.metrics();
}

class StateWriter {
  readonly #prometheus: typeof Prometheus;
  readonly #registers: Prometheus.Registry[];

  constructor(prometheus: typeof Prometheus, registry: Prometheus.Registry) {
    this.#prometheus = prometheus;
    this.#registers = [registry];
  }

  gauge(name: string, help: string, value: number | null): void {
    if (value === null) return;
    new this.#prometheus.Gauge(this.#metric(name, help)).set(value);
  }

  gauges(name: string, help: string, label: string, values: object | null): void {
    if (values === null) return;
    const gauge = new this.#prometheus.Gauge(this.#metric(name, help, [label]));
    for (const [value, amount] of Object.entries(values))
      gauge.set({ [label]: value }, amount as number);
  }

  counter(name: string, help: string, total: number): void {
    new this.#prometheus.Counter(this.#metric(name, help)).inc(total);
  }

  counters(name: string, help: string, label: string, totals: object): void {
    const counter = new this.#prometheus.Counter(this.#metric(name, help, [label]));
    for (const [value, total] of Object.entries(totals))
      counter.inc({ [label]: value }, total as number);
  }

  #metric(name: string, help: string, labelNames: string[] = []) {
    return { name: `task_monitor_${name}`, help, labelNames, registers: this.#registers };
  }
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

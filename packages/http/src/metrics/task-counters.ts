import type { Change, Task } from '@task-monitor/core';
import type * as Prometheus from 'prom-client';
import { TypeLabels } from './type-labels.js';

/** In seconds, from what is over at once to what takes two hours. */
const BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200];

/**
 * Types by name. Every value of a label is a series that Prometheus keeps for weeks and every scrape writes anew: in a
 * histogram it is fourteen, and those of durations have three statuses. With these limits all metrics together stay below
 * 2,000 series.
 */
const MAX_TYPES = 100;
const MAX_TYPES_OF_HISTOGRAMS = 20;

/** Combinations of type, status and reason; four of each type as a rule. */
const MAX_OUTCOMES = 500;

/** What can only be counted as it happens. */
export class TaskCounters {
  readonly registry: Prometheus.Registry;
  readonly #types = new TypeLabels(MAX_TYPES);
  readonly #typesOfHistograms = new TypeLabels(MAX_TYPES_OF_HISTOGRAMS);
  readonly #outcomes = new Set<string>();
  readonly #finished: Prometheus.Counter<'type' | 'status' | 'reason'>;
  readonly #duration: Prometheus.Histogram<'type' | 'status'>;
  readonly #wait: Prometheus.Histogram<'type'>;
  readonly #lastSuccess: Prometheus.Gauge<'type'>;

  constructor({ Counter, Gauge, Histogram, Registry }: typeof Prometheus) {
    this.registry = new Registry();
    const registers = [this.registry];
    this.#finished = new Counter({
      name: 'task_monitor_tasks_finished_total',
      help: 'Tasks that ended, by type, status and what ended them.',
      labelNames: ['type', 'status', 'reason'],
      registers,
    });
    this.#duration = new Histogram({
      name: 'task_monitor_task_duration_seconds',
      help: 'How long tasks ran that ended.',
      labelNames: ['type', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.#wait = new Histogram({
      name: 'task_monitor_task_wait_seconds',
      help: 'How long tasks were pending that started.',
      labelNames: ['type'],
      buckets: BUCKETS,
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'task_monitor_task_last_success_timestamp_seconds',
      help: 'When a task of the type last completed.',
      labelNames: ['type'],
      registers,
    });
  }

  count(change: Change): void {
    if (change.type === 'task.started') this.#started(change.task);
    else if (isEnd(change)) this.#ended(change.task);
  }

  #started({ type, createdAt, startedAt }: Task): void {
    const ofType = { type: this.#typesOfHistograms.of(type) };
    this.#wait.observe(ofType, secondsBetween(createdAt, startedAt));
  }

  #ended({ type: given, status, startedAt, completedAt, error, execution }: Task): void {
    const type = this.#types.of(given);
    const reason = (error?.code ?? execution.endedBy?.cause ?? 'caller').toLowerCase();
    this.#finished.inc(this.#outcome(type, status, reason));
    if (startedAt !== null)
      this.#duration.observe(
        { type: this.#typesOfHistograms.of(given), status },
        secondsBetween(startedAt, completedAt),
      );
    if (status === 'completed' && completedAt !== null)
      this.#lastSuccess.set({ type }, completedAt / 1_000);
  }

  #outcome(type: string, status: string, reason: string): Outcome {
    const key = JSON.stringify([type, status, reason]);
    if (this.#outcomes.size >= MAX_OUTCOMES && !this.#outcomes.has(key))
      return { type: 'other', status, reason };
    this.#outcomes.add(key);
    return { type, status, reason };
  }
}

interface Outcome {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

function isEnd(change: Change): change is Change & { readonly task: Task } {
  return ['task.completed', 'task.failed', 'task.cancelled'].includes(change.type);
}

/** A wall clock may be put back meanwhile. */
function secondsBetween(from: number, to: number | null): number {
  return Math.max(0, (to ?? from) - from) / 1_000;
}

import { type Change, FAILURE_CODES, type Task } from '@task-monitor/core';
import * as prometheus from 'prom-client';
import { aTask } from '../../test/a-task.js';
import { parsePrometheus, type Sample } from '../../test/prometheus-text.js';
import { TaskCounters } from './task-counters.js';

type End = Change & { readonly type: 'task.completed' | 'task.failed' | 'task.cancelled' };

function started(type: string): Change {
  const task = aTask({ type, status: 'running', startedAt: Date.UTC(2026, 0, 1) });
  return { type: 'task.started', position: '1', task };
}

function ended(type: string, status: 'completed' | 'failed' | 'cancelled', reason: string): End {
  const error = { code: reason, message: 'no', name: null } as unknown as Task['error'];
  const at = Date.UTC(2026, 0, 1);
  const task = aTask({ type, status, startedAt: at, completedAt: at, error });
  return { type: `task.${status}`, position: '1', task };
}

async function samplesOf(counters: TaskCounters): Promise<readonly Sample[]> {
  const families = parsePrometheus(await counters.registry.metrics());
  return [...families.values()].flatMap(({ samples }) => samples);
}

const sum = (samples: readonly Sample[]): number =>
  samples.reduce((total, { value }) => total + value, 0);

describe('TaskCounters', () => {
  it('have fewer than 2,000 series, whatever comes by, and leave nothing out', async () => {
    const counters = new TaskCounters(prometheus);
    for (let number = 0; number < 1_000; number++) {
      const type = `type-${number}`;
      counters.count(started(type));
      for (const status of ['completed', 'failed', 'cancelled'] as const)
        for (const reason of FAILURE_CODES) counters.count(ended(type, status, reason));
    }
    const samples = await samplesOf(counters);
    expect(samples.length).toBeLessThan(1_950);
    const named = (name: string) => samples.filter((sample) => sample.name.endsWith(name));
    expect(sum(named('tasks_finished_total'))).toBe(21_000);
    expect(sum(named('task_duration_seconds_count'))).toBe(21_000);
    expect(sum(named('task_wait_seconds_count'))).toBe(1_000);
  });

  it('tell a hundred types apart where each is four series, and twenty in the histograms', async () => {
    const counters = new TaskCounters(prometheus);
    for (let number = 0; number < 200; number++) {
      const type = `type-${number}`;
      counters.count(started(type));
      counters.count(ended(type, 'completed', 'caller'));
      counters.count(ended(type, 'failed', 'ERROR'));
    }
    const samples = await samplesOf(counters);
    const typesOf = (name: string): number =>
      new Set(samples.filter((s) => s.name.endsWith(name)).map(({ labels }) => labels['type']))
        .size;
    expect(typesOf('tasks_finished_total')).toBe(101);
    expect(typesOf('last_success_timestamp_seconds')).toBe(101);
    expect(typesOf('duration_seconds_count')).toBe(21);
    expect(typesOf('wait_seconds_count')).toBe(21);
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';
import { parse } from 'yaml';
import { type Family, parsePrometheus } from './prometheus-text.js';
import { serve } from './served.js';

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** What Prometheus adds itself, and what stands in a query for something else. */
const BESIDES = new Set(['instance', 'job', 'le']);

function documentOf(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8');
}

/** The metrics of a process in which everything happened that is told of. */
async function allMetrics(): Promise<ReadonlyMap<string, Family>> {
  const clock = new FakeClock(Date.now());
  const monitor = new TaskMonitor({ store: new MemoryStore({ clock }), clock });
  const { get } = await serve(monitor, { metrics: true });
  for (const end of ['complete', 'fail'] as const) {
    const { id } = await monitor.register({ type: 'ingest' });
    await monitor.start(id);
    await (end === 'complete' ? monitor.complete(id) : monitor.fail(id, 'no'));
  }
  for (;;) {
    const families = parsePrometheus((await get('/metrics')).body);
    const ended = families.get('task_monitor_tasks_finished_total')?.samples.length ?? 0;
    if (ended === 2 && families.has('task_monitor_audit_ok')) {
      await monitor.close();
      return families;
    }
    // The next audit that is told of is told a second later.
    clock.advance(1_000);
  }
}

/** The metrics and labels that a query uses, the values that it asks for included. */
function usedIn(query: string): { metrics: string[]; labels: string[]; values: string[][] } {
  const metrics = query.match(/\btask_monitor_\w+/g) ?? [];
  const pairs = [...query.matchAll(/(\w+)(?:=~|!=|!~|=)"([^"]*)"/g)];
  const lists = [...query.matchAll(/\b(?:by|without) \(([^)]*)\)/g)];
  return {
    metrics: [...metrics],
    labels: [
      ...pairs.map(([, label = '']) => label),
      ...lists.flatMap(([, list = '']) => list.split(',').map((label) => label.trim())),
    ],
    values: pairs.map(([, label = '', value = '']) => [label, ...value.split('|')]),
  };
}

describe('dashboard and alerts', () => {
  const dashboard = JSON.parse(documentOf('grafana/task-monitor.json')) as Dashboard;
  const { groups } = parse(documentOf('prometheus/alerts.yml')) as Alerts;
  const rules = groups.flatMap((group) => group.rules);
  const queries = [
    ...dashboard.panels.flatMap((panel) => panel.targets.map(({ expr }) => expr)),
    ...rules.map(({ expr }) => expr),
  ];
  let families: ReadonlyMap<string, Family>;
  beforeAll(async () => {
    families = await allMetrics();
  });

  const labelsOf = (metric: string): ReadonlySet<string> => {
    const family = families.get(metric) ?? families.get(metric.replace(/_(bucket|sum|count)$/, ''));
    return new Set(family?.samples.flatMap(({ labels }) => Object.keys(labels)));
  };

  it('use metrics that there are, with labels that they have', () => {
    expect(queries.length).toBeGreaterThan(25);
    for (const query of queries) {
      const { metrics, labels } = usedIn(query);
      expect({ query, uses: metrics.length > 0 }).toEqual({ query, uses: true });
      const known = new Set([...BESIDES, ...metrics.flatMap((metric) => [...labelsOf(metric)])]);
      for (const metric of metrics) {
        const isHistogram = families.get(metric.replace(/_bucket$/, ''))?.type === 'histogram';
        expect({ metric, exists: families.has(metric) || isHistogram }).toEqual({
          metric,
          exists: true,
        });
      }
      for (const label of labels)
        expect({ query, label, known: known.has(label) }).toMatchObject({ label, known: true });
    }
  });

  it('ask for values that those labels have', () => {
    const series = [...families.values()].flatMap(({ samples }) => samples);
    for (const [label = '', ...values] of queries.flatMap((query) => usedIn(query).values)) {
      if (label === 'job') continue;
      for (const value of values)
        expect({
          label,
          value,
          asked: series.some(({ labels }) => labels[label] === value),
        }).toEqual({ label, value, asked: true });
    }
  });

  it('show every metric', () => {
    const shown = new Set(queries.flatMap((query) => usedIn(query).metrics));
    for (const name of families.keys())
      expect({ name, shown: shown.has(name) || shown.has(`${name}_bucket`) }).toEqual({
        name,
        shown: true,
      });
  });

  it('name each panel and each alert once', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    for (const { annotations } of rules) expect(annotations['summary']).toBeTruthy();
  });
});

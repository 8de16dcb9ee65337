import { useMemo } from 'preact/hooks';
import { countTicks, durationTicks } from '../live/axis.js';
import { buckets } from '../live/buckets.js';
import { tickText } from '../live/timeline.js';
import { usePage } from '../page.js';
import { countText } from '../text/number.js';
import { Chart, type ChartLine } from './Chart.js';

/** What ended lately, and how long it took. */
export function Charts() {
  const { live, now, timeMode } = usePage();
  const isUtc = timeMode.value === 'utc';
  const { all, since } = live.ended.value;
  const time = now.value;
  const ended = useMemo(() => buckets(all, since, time), [all, since, time]);
  const { spanMs, start, completed, failed, cancelled, p50, p90 } = ended;
  // Bars that stand on each other: the tallest is drawn first.
  const sum = (...lists: readonly (readonly number[])[]): number[] =>
    completed.map((_, index) => lists.reduce((total, list) => total + (list[index] ?? 0), 0));
  const per = spanText(spanMs);
  const known =
    since === null ? null : <span class="figures">the newest {countText(all.length)} only</span>;
  return (
    <div class="charts">
      <section class="card" aria-labelledby="throughput-title">
        <header class="card-head">
          <h2 id="throughput-title">Ended per {per}</h2>
          {known}
          <Legend lines={[...ENDED].reverse()} />
        </header>
        <Chart
          title={`Tasks that ended, per ${per}`}
          lines={ENDED}
          data={[sum(completed, failed, cancelled), sum(completed, failed), completed]}
          start={start}
          spanMs={spanMs}
          ticks={countTicks}
          writeValue={countText}
          isUtc={isUtc}
        />
      </section>
      <section class="card" aria-labelledby="durations-title">
        <header class="card-head">
          <h2 id="durations-title">How long they took</h2>
          {known}
          <Legend lines={TOOK} />
        </header>
        <Chart
          title="How long completed tasks took"
          lines={TOOK}
          data={[p50, p90]}
          start={start}
          spanMs={spanMs}
          ticks={durationTicks}
          writeValue={tickText}
          isUtc={isUtc}
        />
      </section>
    </div>
  );
}

const ENDED = [
  { label: 'cancelled', color: '--cancelled', kind: 'bars' },
  { label: 'failed', color: '--failed', kind: 'bars' },
  { label: 'completed', color: '--completed', kind: 'bars' },
] as const;

const TOOK: readonly ChartLine[] = [
  { label: 'half of them', color: '--accent', kind: 'line' },
  { label: 'nine in ten', color: '--ink-3', kind: 'dashed' },
];

function Legend({ lines }: { readonly lines: readonly ChartLine[] }) {
  return (
    <p class="legend">
      {lines.map(({ label, color, kind }) => (
        <span key={label}>
          <i class={`is-${kind}`} style={{ color: `var(${color})` }} aria-hidden="true" />
          {label}
        </span>
      ))}
    </p>
  );
}

function spanText(ms: number): string {
  const text = tickText(ms);
  return ONES.get(text) ?? text;
}

const ONES: ReadonlyMap<string, string> = new Map([
  ['1 s', 'second'],
  ['1 min', 'minute'],
  ['1 h', 'hour'],
]);

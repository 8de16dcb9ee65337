import { useMemo } from 'preact/hooks';
import { buckets } from '../live/buckets.js';
import { usePage } from '../page.js';
import { durationText } from '../text/duration.js';
import { clockText } from '../text/instant.js';
import { countText } from '../text/number.js';
import { Chart, type ChartLine } from './Chart.js';

/** What ended lately, and how long it took. */
export function Charts() {
  const { live, now, timeMode } = usePage();
  const writeTime = timeMode.value === 'utc' ? utcTime : localTime;
  const { all, since } = live.ended.value;
  // Every five seconds are as many as a chart shows.
  const tick = Math.floor(now.value / 5_000) * 5_000;
  const { spanMs, starts, completed, failed, cancelled, p50, p90 } = useMemo(
    () => buckets(all, since, tick),
    [all, since, tick],
  );
  const [counts, durations] = useMemo(() => {
    // Bars that stand on each other: the tallest is drawn first.
    const sum = (...lists: readonly (readonly number[])[]): number[] =>
      starts.map((_, index) => lists.reduce((total, list) => total + (list[index] ?? 0), 0));
    return [
      [starts, sum(completed, failed, cancelled), sum(completed, failed), completed],
      [starts, p50, p90],
    ] as const;
  }, [starts, completed, failed, cancelled, p50, p90]);
  return (
    <div class="charts">
      <section class="card" aria-labelledby="throughput-title">
        <header class="card-head">
          <h2 id="throughput-title">Ended per {spanText(spanMs)}</h2>
          <Legend lines={[...ENDED].reverse()} />
        </header>
        <Chart
          title={`Tasks that ended, per ${spanText(spanMs)}`}
          lines={ENDED}
          data={counts}
          height={132}
          writeValue={whole}
          writeTime={writeTime}
        />
      </section>
      <section class="card" aria-labelledby="durations-title">
        <header class="card-head">
          <h2 id="durations-title">How long they took</h2>
          <Legend lines={TOOK} />
        </header>
        <Chart
          title="How long completed tasks took"
          lines={TOOK}
          data={durations}
          height={132}
          writeValue={seconds}
          writeTime={writeTime}
        />
      </section>
    </div>
  );
}

const ENDED: readonly ChartLine[] = [
  { label: 'cancelled', color: '--cancelled', kind: 'bars' },
  { label: 'failed', color: '--failed', kind: 'bars' },
  { label: 'completed', color: '--completed', kind: 'bars' },
];

const TOOK: readonly ChartLine[] = [
  { label: 'half of them', color: '--accent', kind: 'line' },
  { label: 'nine in ten', color: '--ink-3', kind: 'line', dash: [4, 4] },
];

function Legend({ lines }: { readonly lines: readonly ChartLine[] }) {
  return (
    <p class="legend">
      {lines.map(({ label, color }) => (
        <span key={label}>
          <i style={{ background: `var(${color})` }} aria-hidden="true" />
          {label}
        </span>
      ))}
    </p>
  );
}

function spanText(ms: number): string {
  const text = durationText(ms).replace(/ 00? (s|min)$/, '');
  return text
    .replace(/^(\d+)\.0 /, '$1 ')
    .replace(/^1 (min|h)$/, (_, unit: string) => (unit === 'h' ? 'hour' : 'minute'));
}

function localTime(at: number): string {
  return clockText(at, false);
}

function utcTime(at: number): string {
  return clockText(at, true);
}

function whole(value: number): string {
  return Number.isInteger(value) ? countText(value) : '';
}

function seconds(value: number): string {
  return value === 0
    ? '0'
    : durationText(value * 1_000)
        .replace(/ 00 (s|min)$/, '')
        .replace(/\.0+ /, ' ');
}

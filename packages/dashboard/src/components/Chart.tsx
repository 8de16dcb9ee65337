import 'uplot/dist/uPlot.min.css';
import { useLayoutEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { timeTicks } from '../live/axis.js';
import { clockText } from '../text/instant.js';

export interface ChartLine {
  readonly label: string;
  /** The name of a custom property of the style sheet: `--completed`. */
  readonly color: string;
  readonly kind: 'bars' | 'line' | 'dashed';
}

/** In pixels: how high it is, what an instant below needs, and how near to an end of the axis none is written. */
const [HEIGHT, INSTANT, MARGIN] = [140, 72, 20];

interface ChartProps {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  /** The values of each line, one a span; bars that are a part of others come after them. */
  readonly data: readonly (readonly (number | null)[])[];
  /** When the first span begins, and how long each is, in milliseconds. */
  readonly start: number;
  readonly spanMs: number;
  readonly ticks: (most: number) => readonly number[];
  /** How a value on the left is written. */
  readonly writeValue: (value: number) => string;
  readonly isUtc: boolean;
}

/** A chart over equal spans of time, as wide as there is room. */
export function Chart(props: ChartProps) {
  const { title, data, start, spanMs, isUtc } = props;
  const end = start + (data[0]?.length ?? 0) * spanMs;
  /** In epoch seconds, which uPlot asks for later. */
  const axis = useRef<[number, number]>([0, 1]);
  axis.current = [start / 1_000, end / 1_000];
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const aligned = (): UPlot.AlignedData => {
    const starts = data[0]?.map((_, index) => (start + index * spanMs) / 1_000) ?? [];
    return [starts, ...data] as UPlot.AlignedData;
  };
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new UPlot(options(props, axis, element.clientWidth), aligned(), element);
    };
    draw();
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resized.observe(element);
    // What is drawn on a canvas does not follow the style sheet by itself.
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      dark.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [isUtc]);
  useLayoutEffect(() => plot.current?.setData(aligned()), [data, start, spanMs]);
  return <div class="chart" ref={place} role="img" aria-label={title} />;
}

function options(
  { lines, ticks, writeValue, isUtc }: ChartProps,
  ends: { readonly current: [number, number] },
  width: number,
): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--ink-3'),
    font: `12px ${style.getPropertyValue('--sans')}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  };
  const isFree = (plot: UPlot, at: number): boolean => {
    const x = plot.valToPos(at, 'x');
    return x > MARGIN && x < plot.over.clientWidth - MARGIN;
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 16, 0, 0],
    scales: {
      x: { range: () => ends.current },
      y: { range: (_plot, _least, most) => [0, Math.max(most, 1) * 1.1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        splits: (plot, _axis, from, to) =>
          timeTicks(from * 1_000, to * 1_000, plot.width / INSTANT, isUtc)
            .map((ms) => ms / 1_000)
            .filter((at) => isFree(plot, at)),
        values: (_plot, splits) => splits.map((seconds) => clockText(seconds * 1_000, isUtc)),
      },
      {
        ...axis,
        size: 44,
        splits: (_plot, _axis, _from, most) => [...ticks(most)],
        values: (_plot, splits) => splits.map(writeValue),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, color: name, kind }): UPlot.Series => ({
        label,
        stroke: color(name),
        width: kind === 'bars' ? 0 : 2,
        points: { show: kind !== 'bars', size: 4, fill: color(name) },
        spanGaps: true,
        ...(kind === 'dashed' && { dash: [4, 4] }),
        ...(kind === 'bars' && {
          fill: color(name),
          paths: UPlot.paths.bars?.({
            size: [0.8, 24],
            radius: 0.15,
            align: 1,
          }) as UPlot.Series.PathBuilder,
        }),
      })),
    ],
  };
}

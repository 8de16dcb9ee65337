import 'uplot/dist/uPlot.min.css';
import { useLayoutEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';

export interface ChartLine {
  readonly label: string;
  /** The name of a custom property of the style sheet: `--completed`. */
  readonly color: string;
  readonly kind: 'bars' | 'line';
  readonly dash?: readonly number[];
}

/** A chart over time, as wide as there is room. */
export function Chart(props: {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  /** First the instants, in epoch seconds; then the values of each line. */
  readonly data: readonly (readonly (number | null)[])[];
  readonly height: number;
  /** How a value on the left is written. */
  readonly writeValue: (value: number) => string;
  /** How an instant below is written, in epoch milliseconds. */
  readonly writeTime: (at: number) => string;
}) {
  const { title, lines, data, height, writeValue, writeTime } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const scheme = lines.map(({ label }) => label).join(' ');
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new UPlot(
        options({ lines, height, writeValue, writeTime, width: element.clientWidth }),
        data as UPlot.AlignedData,
        element,
      );
    };
    draw();
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height }),
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
  }, [scheme, height, writeTime]);
  useLayoutEffect(() => plot.current?.setData(data as UPlot.AlignedData), [data]);
  return <div class="chart" ref={place} role="img" aria-label={title} />;
}

function options(given: {
  readonly lines: readonly ChartLine[];
  readonly height: number;
  readonly width: number;
  readonly writeValue: (value: number) => string;
  readonly writeTime: (at: number) => string;
}): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--ink-3'),
    font: `12px ${style.getPropertyValue('--sans')}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: given.width,
    height: given.height,
    legend: { show: false },
    cursor: { show: false },
    // Half of what an instant at the end of the axis needs.
    padding: [8, 20, 0, 0],
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(most, 1) * 1.1] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 72,
        values: (_plot, splits) => splits.map((seconds) => given.writeTime(seconds * 1_000)),
      },
      {
        ...axis,
        size: 52,
        space: 36,
        values: (_plot, splits) => splits.map((value) => given.writeValue(value)),
      },
    ],
    series: [
      {},
      ...given.lines.map((line): UPlot.Series => ({
        label: line.label,
        stroke: color(line.color),
        width: line.kind === 'line' ? 2 : 0,
        points: { show: line.kind === 'line', size: 4, fill: color(line.color) },
        spanGaps: true,
        ...(line.dash && { dash: [...line.dash] }),
        ...(line.kind === 'bars' && {
          fill: color(line.color),
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

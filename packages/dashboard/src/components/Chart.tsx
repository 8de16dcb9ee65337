import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { timeTicks } from '../live/axis.js';
import { clockText } from '../text/instant.js';

export interface ChartLine {
  readonly label: string;
  /** The name of a custom property of the style sheet: `--completed`. */
  readonly color: string;
  readonly kind: 'bars' | 'line' | 'dashed';
}

/** In pixels: how high it is, what is free above and below where values are drawn, and what an instant below needs. */
const [HEIGHT, ABOVE, BELOW, INSTANT] = [140, 8, 28, 72];

/** Nearer to an end of the axis than so many pixels there is no instant. */
const MARGIN = 20;

/** How wide a character of a value is, in pixels. */
const CHARACTER = 7;

/** A chart over equal spans of time, as wide as there is room. */
export function Chart(props: {
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
  /** What is said of a span to who points at it. */
  readonly tell: (index: number) => string;
}) {
  const { title, lines, data, start, spanMs, ticks, writeValue, isUtc, tell } = props;
  const [place, width] = useWidth();
  const count = data[0]?.length ?? 0;
  const end = start + count * spanMs;
  const most = Math.max(...data.flat().map((value) => value ?? 0)) * 1.1;
  const values = (most === 0 ? [0] : ticks(most)).map((value) => ({
    value,
    text: writeValue(value),
  }));
  const left = 8 + CHARACTER * Math.max(...values.map(({ text }) => text.length));
  const [inner, bottom] = [width - left, HEIGHT - BELOW];
  const slot = inner / count;
  const xOf = (at: number): number => left + (inner * (at - start)) / (end - start);
  const yOf = (value: number): number => bottom - ((bottom - ABOVE) * value) / (most || 1);
  // An instant whose text would not fit is none.
  const instants = timeTicks(start, end, inner / INSTANT, isUtc).filter(
    (at) => xOf(at) > left + MARGIN && xOf(at) < width - MARGIN,
  );
  return (
    <div class="chart" ref={place} role="img" aria-label={title}>
      {width > left && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          {values.map(({ value, text }) => (
            <g key={value}>
              <path class="chart-rule" d={`M${left} ${yOf(value)}H${width}`} />
              <text class="is-value" x={left - 8} y={yOf(value) + 4}>
                {text}
              </text>
            </g>
          ))}
          {instants.map((at) => (
            <text key={at} x={xOf(at)} y={HEIGHT - 8}>
              {clockText(at, isUtc)}
            </text>
          ))}
          {lines.map(({ label, color, kind }, line) => {
            const points = (data[line] ?? []).flatMap((value, index) =>
              value === null ? [] : [[left + (index + 0.5) * slot, yOf(value)] as const],
            );
            const style = { color: `var(${color})` };
            if (kind === 'bars')
              return (
                <path key={label} class="chart-bars" style={style} d={bars(points, slot, bottom)} />
              );
            const at = points.map(([x, y]) => `${round(x)} ${round(y)}`);
            return (
              <g key={label} style={style}>
                <path
                  class={`chart-line is-${kind}`}
                  d={at.map((point, index) => (index === 0 ? 'M' : 'L') + point).join('')}
                />
                <path class="chart-dots" d={at.map((point) => `M${point}h0`).join('')} />
              </g>
            );
          })}
          {Array.from({ length: count }, (_, index) => (
            <rect
              key={index}
              class="chart-span"
              x={left + index * slot}
              width={slot}
              height={bottom}
            >
              <title>{`${clockText(start + index * spanMs, isUtc)}: ${tell(index)}`}</title>
            </rect>
          ))}
        </svg>
      )}
    </div>
  );
}

function bars(
  points: readonly (readonly [number, number])[],
  slot: number,
  bottom: number,
): string {
  const width = Math.min(slot * 0.8, 24);
  return points
    .filter(([, y]) => y < bottom)
    .map(([x, y]) => `M${round(x - width / 2)} ${bottom}V${round(y)}h${round(width)}V${bottom}z`)
    .join('');
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** The width of an element, in pixels; 0 before it is there. */
function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const look = (): void => setWidth(element.clientWidth);
    look();
    const resized = new ResizeObserver(look);
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  return [place, width] as const;
}
